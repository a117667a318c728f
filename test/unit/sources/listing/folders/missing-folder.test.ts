// A folder that is answered with 404: gone only when nobody says otherwise.

import assert from 'node:assert/strict';
import test from 'node:test';
import { type ErrorCode, TransferError } from '../../../../../src/errors.js';
import { MissingFolders } from '../../../../../src/sources/listing/folders/missing-folder.js';
import { listPacerOf } from '../../../../support/pacers.js';
import { listedPage, stubSource } from '../../../../support/source-stub.js';
import { rejection } from '../../../../support/waiting.js';

const OPTIONS = { pacer: listPacerOf(), signal: new AbortController().signal };

/** Pages by `folder#cursor`; a code in place of a page is thrown. */
function missingIn(pages: Record<string, string[] | ErrorCode>, has: boolean | ErrorCode = false) {
  const asked: string[] = [];
  const source = stubSource({
    async has(key) {
      asked.push(`HEAD ${key}`);
      if (typeof has === 'string') throw new TransferError(has, 'what happened');
      return has;
    },
    async listPage(directory, cursor = '') {
      asked.push(`${directory}#${cursor}`);
      const page = pages[`${directory}#${cursor}`] ?? 'ERR_NOT_FOUND';
      if (typeof page === 'string') throw new TransferError(page, 'what happened');
      const [next, ...directories] = page;
      return listedPage({ directories, nextCursor: next === '' ? undefined : next! });
    },
  });
  return { missing: new MissingFolders(source, OPTIONS), asked };
}

test('it is gone when the server does not have it and its parent does not list it, on any page', async () => {
  const { missing, asked } = missingIn({ 'a#': ['1', 'a/x'], 'a#1': ['', 'a/y'] });
  assert.equal(await missing.objection('a/b'), undefined);
  assert.deepEqual(asked, ['HEAD a/b', 'a#', 'a#1']);
  assert.equal(await missing.objection('a/c'), undefined);
  assert.deepEqual(asked.slice(3), ['HEAD a/c'], 'the parent is not listed for each of them');
});

test('it is not when either of them has it', async () => {
  assert.match((await missingIn({ '#': [''] }, true).missing.objection('b'))!, /the folder is there/);
  assert.match(
    (await missingIn({ '#': ['1'], '#1': ['', 'b'] }).missing.objection('b'))!,
    /upyun:\/\/stub still lists the folder/,
  );
});

test('a look that had it still is not believed for ever', async () => {
  const pages: Record<string, string[]> = { '#': ['', 'b'] };
  const { missing } = missingIn(pages);
  assert.match((await missing.objection('b'))!, /still lists the folder/);
  pages['#'] = [''];
  assert.equal(await missing.objection('b'), undefined);
});

test('what cannot be found out is an objection, too', async () => {
  assert.match(
    (await missingIn({}, 'ERR_TIMEOUT').missing.objection('b'))!,
    /could not find out whether the folder is gone/,
  );
  assert.match(
    (await missingIn({ '#': 'ERR_SERVER' }).missing.objection('b'))!,
    /could not find out whether the folder is gone/,
  );
  const endless = Object.fromEntries(
    Array.from({ length: 50 }, (_, page) => [`#${page || ''}`, [`${page + 1}`, `d${page}`]]),
  );
  const { missing, asked } = missingIn(endless as Record<string, string[]>);
  assert.match((await missing.objection('b'))!, /more than 20 pages/);
  assert.equal(asked.length, 21);
});

test('with its parent it is gone, but not where all is answered with 404', async () => {
  assert.equal(await missingIn({ '#': ['', 'z'] }).missing.objection('a/b/c'), undefined);
  assert.match((await missingIn({ '#': ['', 'a'] }).missing.objection('a/b/c'))!, /still lists the folder/);
  assert.match((await missingIn({}).missing.objection('a/b/c'))!, /SOURCE itself/);
});

test('a fatal error is one', async () => {
  assert.equal((await rejection<TransferError>(missingIn({}, 'ERR_AUTH').missing.objection('b'))).code, 'ERR_AUTH');
});

test('a page of its parent that could not be read completely says nothing', async () => {
  const error = new TransferError('ERR_LISTING', 'not a row');
  for (const isEndKnown of [true, false]) {
    const source = stubSource({
      has: async () => false,
      listPage: async () => listedPage({ doubt: { error, isEndKnown } }),
    });
    assert.match((await new MissingFolders(source, OPTIONS).objection('a/b')) ?? '', /not a row/);
  }
});

test('it is a file when the server says so, and not where it has everything or tells nothing', async () => {
  const isFileOf = (kinds: string[] | ErrorCode) => {
    const has = async (_key: string, kind: string) => {
      if (typeof kinds === 'string') throw new TransferError(kinds, 'what happened');
      return kinds.includes(kind);
    };
    return new MissingFolders(stubSource({ has }), OPTIONS).isFile('a');
  };
  assert.deepEqual(
    await Promise.all([['file'], ['folder'], ['file', 'folder'], [], 'ERR_SERVER' as const].map(isFileOf)),
    [true, false, false, false, false],
  );
});
