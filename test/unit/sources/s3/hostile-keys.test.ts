// Ranges of hostile keys, walked with a journal and killed between any two pages; and stores that never come to an end.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { TransferError } from '../../../../src/errors.js';
import { compareKeys } from '../../../../src/sources/s3/listing/byte-order.js';
import { Listing } from '../../../../src/sources/s3/listing/listing.js';
import type { Requests } from '../../../../src/sources/s3/requests.js';
import { tempFolder } from '../../../support/disks/files.js';
import { beginJob, reopenJob, runUntilKilled } from '../../../support/listing/killed-walks.js';
import { stubSource } from '../../../support/source-stub.js';
import { rejection } from '../../../support/waiting.js';

type Parameters = Readonly<Record<string, string | undefined>>;

/** Pages of so many of these keys. */
function pageOf(keys: readonly string[], asked: Parameters, pageSize: number): string {
  const after = asked['start-after'];
  const behind = after === undefined ? keys : keys.filter((key) => compareKeys(key, after) > 0);
  const rows = behind
    .slice(0, pageSize)
    .map((key) => `<Contents><Key>${encodeURIComponent(key)}</Key><Size>1</Size></Contents>`);
  const isTruncated = behind.length > pageSize;
  return `<ListBucketResult><EncodingType>url</EncodingType><KeyCount>${rows.length}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>${isTruncated ? '<NextContinuationToken>t</NextContinuationToken>' : ''}${rows.join('')}</ListBucketResult>`;
}

function listingOf(answer: (asked: Parameters) => string, nowMs: () => number = () => 1e6): Listing {
  const requests = {
    list: async (asked: Parameters) => ({ status: 200, headers: {}, bytes: Buffer.from(answer(asked)) }),
  };
  const provider = { listing: undefined, isUnencoded: undefined };
  return new Listing({
    ...{ requests: requests as unknown as Requests, provider: provider as never },
    ...{ prefix: '', pageSize: 1_000, parallel: 8, nowMs },
  });
}

const hostile = fc.string({
  unit: fc.constantFrom(
    '\u0000',
    '\u0001',
    '\u001f',
    '/',
    '.',
    '%',
    '+',
    '&',
    '0',
    'a',
    'é',
    '中',
    '\ud7ff',
    '\ue000',
    'Ａ',
    '\uffff',
    '😀',
    '\u{10ffff}',
  ),
  minLength: 1,
  maxLength: 5,
});
const many = fc.integer({ min: 0, max: 120 });
const shapes = fc.oneof(
  fc.uniqueArray(hostile, { maxLength: 150 }),
  // Each one a head of the next.
  many.map((count) => Array.from({ length: count }, (_, n) => 'a'.repeat(n + 1))),
  // 1,024 bytes that differ in the last.
  many.map((count) => Array.from({ length: count }, (_, n) => `${'x'.repeat(1_023)}${String.fromCharCode(1 + n)}`)),
  many.map((count) => Array.from({ length: count }, (_, n) => `\u{10ffff}${'\u{10ffff}'.repeat(n)}`)),
  // Ten times as dense with each step.
  many.map((count) => Array.from({ length: count }, (_, n) => String(Math.floor(1e15 * 0.8 ** n)).padStart(16, '0'))),
  // Two crowds at the ends of all that there is.
  many.map((count) =>
    Array.from({ length: count }, (_, n) => `${n % 2 === 0 ? '\u0001' : '\u{10ffff}'.repeat(200)}${n}`),
  ),
);

/** Of a walk with three requests at once: those in flight, and one that waits to be handed over. */
const OPEN_PAGES = 4;

test('hostile keys, killed between any two pages: none is missed, and what is done is not listed again', async (t) => {
  const folder = tempFolder(t);
  let number = 0;
  const property = fc.asyncProperty(
    shapes,
    fc.integer({ min: 1, max: 7 }),
    fc.array(fc.nat(12), { maxLength: 3 }),
    async (given, pageSize, kills) => {
      const keys = [...new Set(given)].sort(compareKeys);
      const path = join(folder, `journal${number++}`);
      let journal = await beginJob(path);
      const listed: string[] = [];
      for (const pages of [...kills, Number.POSITIVE_INFINITY]) {
        // Each run learns the characters again, and splits in its own way.
        const listing = listingOf((asked) => pageOf(keys, asked, pageSize));
        const source = stubSource({ url: 's3://stub', listPage: (scope, cursor) => listing.listPage(scope, cursor) });
        listed.push(...(await runUntilKilled(source, journal, pages)));
        journal = await reopenJob(path);
      }
      assert.deepEqual([journal.state.isListed, journal.state.uncommitted.size], [true, 0]);
      await journal.close();
      assert.deepEqual([...new Set(listed)].sort(compareKeys), keys);
      assert.ok(listed.length - keys.length <= kills.length * OPEN_PAGES * pageSize, 'listed twice');
    },
  );
  await fc.assert(property, { numRuns: 150 });
});

test('a store whose pages are empty for ever is refused, and so is one that gives the same page again', async () => {
  const page = (inside: string) =>
    `<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${inside}</ListBucketResult>`;
  for (const inside of ['', '<Contents><Key>a</Key><Size>1</Size></Contents>']) {
    const listing = listingOf(() => page(inside));
    const { nextCursor } = inside === '' ? { nextCursor: undefined } : await listing.listPage('', undefined);
    const error = (await rejection(listing.listPage('', nextCursor))) as TransferError;
    assert.equal(error.code, 'ERR_LISTING');
  }
});

test('while a store asks to slow down, no range is split; half a minute later they are again', async () => {
  const keys = Array.from({ length: 5_000 }, (_, n) => String(n).padStart(6, '0'));
  let nowMs = 0;
  let isThrottled = false;
  const listing = listingOf(
    (asked) => {
      if (isThrottled) throw new TransferError('ERR_THROTTLED', 'slow down', { status: 503 });
      return pageOf(keys, asked, 10);
    },
    () => nowMs,
  );
  const split = async (after: string) => (await listing.listPage(JSON.stringify([after]), undefined)).scopes!.length;
  isThrottled = true;
  assert.equal(((await rejection(split('000100'))) as TransferError).code, 'ERR_THROTTLED');
  isThrottled = false;
  assert.deepEqual([await split('000100'), await split('000110'), await split('000120')], [0, 0, 0]);
  nowMs = 31_000;
  assert.ok((await split('000130')) > 0, 'it is split again');
});
