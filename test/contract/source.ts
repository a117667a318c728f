// What holds for every source: whatever it speaks, the walk and the fetch stage rely on these.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../src/errors.js';
import type { ObjectEntry } from '../../src/model/entry.js';
import { type Scope, textOf } from '../../src/model/scope.js';
import { listerOf } from '../../src/sources/capabilities.js';
import { scopePage } from '../../src/sources/listing/scope-page.js';
import type { FetchedObject, Source } from '../../src/sources/source.js';
import { random } from '../support/random.js';
import { rejection } from '../support/waiting.js';

/** Opens a source with these objects; pages have two rows, so that a directory of a few has several. */
export type OpenSource = (t: TestContext, contents: Readonly<Record<string, Buffer>>) => Promise<Source>;

const LARGE_BYTES = 3_000_000;

const CONTENTS: Readonly<Record<string, Buffer>> = {
  'a.jpg': Buffer.from('one'),
  'b.jpg': Buffer.from('two'),
  'c.jpg': Buffer.from('three'),
  'd.jpg': Buffer.from('four'),
  'e.jpg': Buffer.from('five'),
  'empty.bin': Buffer.alloc(0),
  'large.bin': randomBytes(LARGE_BYTES),
  'below/x.jpg': Buffer.from('x'),
  'below/中 文%2F+&?#.jpg': Buffer.from('names'),
  'below/deeper/y.jpg': Buffer.from('y'),
};

/** What queries, escapes, XML, JSON and sorting stumble over, and every store takes. */
const HOSTILE: readonly string[] = [
  ...[
    'per%20cent%.jpg',
    'plus+ and space',
    'a#b?c&d=e;f',
    '%2F..%2F',
    '<x>&amp;&#x41;',
    ']]>',
    'q"uo\'te',
    '[x]{y}|^`~',
  ],
  ...[
    '商品/主图/001.jpg',
    'Ａ.jpg',
    '\ue000.jpg',
    '😀.jpg',
    'é',
    'e\u0301',
    '\u200b',
    '...',
    '.hidden',
    'CON',
    'case',
    'Case',
  ],
];

/** `entryOf`: what a source that lists nothing needs to know of a key. */
export function sourceContract(
  name: string,
  open: OpenSource,
  entryOf: (source: Source, entry: ObjectEntry) => ObjectEntry = (_source, entry) => entry,
): void {
  const contract = (title: string, run: (t: TestContext, source: Source) => Promise<void>) =>
    test(`${name}: ${title}`, { timeout: 60_000 }, async (t) => run(t, await open(t, CONTENTS)));

  contract('every object is listed once, page by page, with its key as it is and its size', async (t, source) => {
    if (source.lister === undefined) return t.skip('it lists nothing');
    const { entries, pages } = await listAll(source);
    assert.deepEqual(entries.map(({ key }) => key).sort(), Object.keys(CONTENTS).sort());
    for (const { key, size } of entries) assert.equal(size, CONTENTS[key]!.length, key);
    assert.ok(pages >= 6, `${pages} pages`);
  });

  contract('a cursor leads to the same page each time', async (t, source) => {
    if (source.lister === undefined) return t.skip('it lists nothing');
    const lister = listerOf(source);
    const first = scopePage(await lister.listPage('', undefined));
    assert.notEqual(first.nextCursor, undefined);
    const [one, other] = [await lister.listPage('', first.nextCursor), await lister.listPage('', first.nextCursor)];
    assert.deepEqual(one, other);
    assert.ok(!one.entries.some(({ key }) => first.entries.some((entry) => entry.key === key)));
  });

  contract('begun again at any of its pages, it lists the rest: each object once', async (t, source) => {
    if (source.lister === undefined) return t.skip('it lists nothing');
    const { stops } = await listAll(source);
    for (const { before, todo } of stops) {
      const { entries } = await listAll(await open(t, CONTENTS), todo);
      const keys = [...before, ...entries.map(({ key }) => key)];
      assert.deepEqual(keys.sort(), Object.keys(CONTENTS).sort(), `from page ${JSON.stringify(todo.at(-1))}`);
    }
  });

  test(`${name}: nothing at all is an empty listing, or says that it is not there`, async (t) => {
    const source = await open(t, {});
    if (source.lister === undefined) return t.skip('it lists nothing');
    const found = await listAll(source).catch((error: TransferError) => error);
    if (found instanceof TransferError) assert.equal(found.code, 'ERR_NOT_FOUND');
    else assert.deepEqual(found.entries, []);
  });

  test(`${name}: hostile keys are listed and fetched as they are`, { timeout: 60_000 }, async (t) => {
    const contents = Object.fromEntries(HOSTILE.map((key) => [key, Buffer.from(`content of ${key}`)]));
    const source = await open(t, contents);
    const named = HOSTILE.map((key) => entryOf(source, { key, size: contents[key]!.length }));
    const entries = source.lister === undefined ? named : (await listAll(source)).entries;
    assert.deepEqual(entries.map(({ key }) => key).sort(), [...HOSTILE].sort());
    for (const entry of entries)
      assert.ok((await wholeOf(await source.get(entry))).equals(contents[entry.key]!), entry.key);
  });

  contract('each listed object is fetched, byte for byte', async (_t, source) => {
    const named = Object.keys(CONTENTS).map((key) => entryOf(source, { key, size: CONTENTS[key]!.length }));
    const entries = source.lister === undefined ? named : (await listAll(source)).entries;
    for (const entry of entries) {
      const object = await source.get(entry);
      const bytes = await wholeOf(object);
      assert.ok(bytes.equals(CONTENTS[entry.key]!), entry.key);
      if (object.size !== undefined) assert.equal(object.size, bytes.length);
      if (object.md5 !== undefined) assert.equal(object.md5, md5(bytes));
    }
  });

  contract('a bare key is enough', async (_t, source) => {
    assert.equal((await wholeOf(await source.get(entryOf(source, { key: 'below/deeper/y.jpg' })))).toString(), 'y');
  });

  contract('what is not there is ERR_NOT_FOUND, and no reason to try again', async (_t, source) => {
    const error = await rejection<TransferError>(source.get(entryOf(source, { key: 'missing.jpg' })));
    assert.ok(error instanceof TransferError);
    assert.deepEqual([error.code, error.verdict], ['ERR_NOT_FOUND', 'skip']);
  });

  contract('an MD5 that it tells is that of the content', async (t, source) => {
    if (source.digest === undefined) return t.skip('it tells none');
    for (const key of ['a.jpg', 'empty.bin', 'large.bin']) {
      assert.equal(await source.digest({ key, size: CONTENTS[key]!.length }), md5(CONTENTS[key]!), key);
    }
  });

  contract('the rest of a large body is the rest of that very body, or ERR_CHANGED', async (t, source) => {
    if (source.getRest === undefined) return t.skip('it cannot go on in the middle');
    const entry = entryOf(source, { key: 'large.bin', size: LARGE_BYTES });
    const { etag, stream } = await source.get(entry);
    stream?.abort?.(new TransferError('ERR_NETWORK', 'only its headers are wanted'));
    const rest = await source.getRest(entry, { fromBytes: 1_000_000, sizeBytes: LARGE_BYTES, etag: etag! });
    assert.ok((await wholeOf({ stream: rest })).equals(CONTENTS['large.bin']!.subarray(1_000_000)));
    const other = { fromBytes: 1_000_000, sizeBytes: LARGE_BYTES, etag: 'f'.repeat(32) };
    assert.equal((await rejection<TransferError>(source.getRest(entry, other))).code, 'ERR_CHANGED');
  });

  contract('a large body that is not read to its end ends when it is not wanted', async (_t, source) => {
    const { stream } = await source.get(entryOf(source, { key: 'large.bin', size: LARGE_BYTES }));
    for await (const piece of stream!) {
      assert.ok(piece.length > 0);
      break;
    }
    stream!.abort?.(new TransferError('ERR_NETWORK', 'not wanted'));
    assert.equal((await wholeOf(await source.get(entryOf(source, { key: 'a.jpg' })))).toString(), 'one');
  });

  contract('after close nothing is answered, and close may come twice', async (_t, source) => {
    await source.close();
    await source.close();
    if (source.connections !== undefined) await rejection(source.get(entryOf(source, { key: 'a.jpg' })));
  });
}

/** Where the next page begins. */
interface Place {
  readonly scope: Scope;
  readonly cursor: string | undefined;
}

/** What was listed before a page, and where everything else begins. */
interface Stop {
  readonly before: readonly string[];
  readonly todo: readonly Place[];
}

async function listAll(
  source: Source,
  from: readonly Place[] = [{ scope: '', cursor: undefined }],
): Promise<{ entries: ObjectEntry[]; pages: number; stops: Stop[] }> {
  const entries: ObjectEntry[] = [];
  const todo = [...from];
  const stops: Stop[] = [];
  while (todo.length > 0) {
    stops.push({ before: entries.map(({ key }) => key), todo: [...todo] });
    const { scope, cursor } = todo.pop()!;
    const page = scopePage(await listerOf(source).listPage(textOf(scope), cursor));
    assert.deepEqual([page.rejects, page.doubt], [[], undefined]);
    entries.push(...page.entries);
    if (page.nextCursor !== undefined) todo.push({ scope, cursor: page.nextCursor });
    for (const below of page.scopes) todo.push({ scope: below, cursor: undefined });
  }
  return { entries, pages: stops.length, stops };
}

async function wholeOf({ bytes, stream }: FetchedObject): Promise<Buffer> {
  if (bytes !== undefined) return Buffer.from(bytes);
  const pieces: Buffer[] = [];
  for await (const piece of stream!) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}

/** The same in every run. */
function randomBytes(length: number): Buffer {
  const next = random(1);
  return Buffer.from(Uint8Array.from({ length }, () => Math.floor(next() * 256)));
}
