// Sluice as a library: jobs that are promises and streams of events, and a source of one's own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import {
  ConfigError,
  fetch,
  list,
  mirror,
  type ObjectEntry,
  type Sink,
  type SluiceEvent,
  type Source,
  status,
  TransferError,
  verify,
} from '../../../../src/index.js';
import { checksumOf } from '../../../../src/lib/checksum/checksum.js';
import { filesBelow, tempFolder } from '../../../support/disks/files.js';
import { rangeSource } from '../../../support/servers/range-source.js';
import { serveBucket } from '../../../support/servers/upyun.js';
import { deferred, rejection, until } from '../../../support/waiting.js';

/** Twenty lines: a bucket in memory, in one folder and one below it. */
function memorySource(contents: Record<string, string>, get = async (_key: string) => {}): Source {
  const entries = Object.entries(contents).map(([key, text]): ObjectEntry => ({ key, size: Buffer.byteLength(text) }));
  return {
    url: 'memory://test',
    lister: {
      async listPage(directory) {
        const isHere = ({ key }: ObjectEntry) => key.slice(0, Math.max(0, key.lastIndexOf('/'))) === directory;
        const directories = directory === '' ? ['below'] : [];
        return { entries: entries.filter(isHere), directories };
      },
    },
    async get({ key }) {
      await get(key);
      if (contents[key] === undefined) throw new TransferError('ERR_NOT_FOUND', 'there is no such key');
      return { bytes: Buffer.from(contents[key]) };
    },
    async close() {},
  };
}

const CREDENTIALS = { operator: 'operator', password: 'password' };

const CONTENTS: Record<string, string> = { 'a.txt': 'one', 'b.txt': 'two two', 'below/c.txt': '' };
for (let index = 0; index < 300; index++) CONTENTS[`below/${index}`] = `text ${index}`;

test('a source of one’s own is mirrored, with an event for each object, and nothing is fetched twice', async (t) => {
  const to = tempFolder(t);
  const asked: string[] = [];
  const source = memorySource(CONTENTS, async (key) => void asked.push(key));
  const job = mirror(source, to);
  const events: SluiceEvent[] = [];
  for await (const event of job) events.push(event);
  const summary = await job;
  const count = Object.keys(CONTENTS).length;
  assert.deepEqual([summary.listed, summary.stored, summary.failed], [count, count, 0]);
  const stored = events.filter((event) => event.type === 'object');
  assert.deepEqual(stored.map(({ key }) => key).sort(), Object.keys(CONTENTS).sort());
  assert.deepEqual(
    stored.find(({ key }) => key === 'b.txt'),
    { type: 'object', key: 'b.txt', status: 'stored', bytes: 7, volume: to, checkedBy: 'size' },
  );
  assert.deepEqual(events.at(-1), { type: 'summary', summary });
  for (const [key, text] of Object.entries(CONTENTS)) assert.equal(readFileSync(join(to, key), 'utf8'), text);
  const again = await mirror(source, to);
  assert.deepEqual([again.skipped, asked.length], [count, count]);
  const { state, stored: told } = await status(to);
  assert.deepEqual([state, told], ['finished', 0]);
});

test('a source without folders is mirrored by ranges of keys, stopped and gone on with; one that fails is in the list', async (t) => {
  const to = tempFolder(t);
  const keys = Object.keys(CONTENTS).sort();
  const { source: ranges } = rangeSource(() => keys, { pageSize: 10 });
  let bad: string | undefined;
  const source: Source = {
    ...memorySource(CONTENTS),
    lister: {
      async listPage(scope, cursor) {
        if (bad === undefined && scope !== '') bad = scope;
        if (scope === bad) throw new TransferError('ERR_REJECTED', 'not now');
        const { entries, ...page } = await ranges.lister!.listPage(scope, cursor);
        return { ...page, entries: entries.map(({ key }) => ({ key, size: Buffer.byteLength(CONTENTS[key]!) })) };
      },
    },
  };
  const first = mirror(source, to);
  for await (const event of first) if (event.type === 'object') first.stop();
  const stopped = await first.catch(() => undefined);
  assert.ok(stopped === undefined || stopped.stored < keys.length);
  const { failed, stored } = await mirror(source, to);
  assert.equal(failed, 1);
  assert.ok(stored > 0);
  const failures = readFileSync(join(to, '.sluice', 'failures.ndjson'), 'utf8');
  const { key, type, code } = JSON.parse(failures);
  assert.deepEqual([key, type, code], [bad, 'scope', 'ERR_LISTING']);
  bad = 'none';
  assert.equal((await mirror(source, to)).failed, 0);
  assert.deepEqual(
    filesBelow(to).filter((path) => !path.startsWith('.sluice')),
    keys,
  );
});

test('a body that flows, with no length told, is stored', async (t) => {
  const to = tempFolder(t);
  async function* pieces() {
    for (let index = 0; index < 50; index++) yield Buffer.alloc(50_000, index);
  }
  const source: Source = { ...memorySource({}), get: async () => ({ stream: pieces() }) };
  const summary = await fetch(source, to, ['large']);
  assert.deepEqual([summary.stored, summary.bytes, summary.checkedBy], [1, 2_500_000, { none: 1 }]);
  const expected = createHash('sha1');
  for await (const piece of pieces()) expected.update(piece);
  assert.equal(
    createHash('sha1')
      .update(readFileSync(join(to, 'large')))
      .digest('hex'),
    expected.digest('hex'),
  );
});

test('a digest that a source gives is compared, and one that is none is refused', async (t) => {
  const digests: Record<string, unknown> = {
    'a.txt': { kind: 'crc32c', hex: checksumOf('crc32c', Buffer.from('one')) },
    'b.txt': { kind: 'crc32c', hex: '00000000' },
    'below/1': { kind: 'crc32c', hex: 'e3069283ff' },
    'below/2': { kind: 'toString', hex: 'e3069283' },
  };
  const source = memorySource(CONTENTS);
  const get: Source['get'] = async (entry) => ({ ...(await source.get(entry)), digest: digests[entry.key] as never });
  const job = fetch({ ...source, get }, tempFolder(t), Object.keys(digests), { retries: 0 });
  const codes: Record<string, string> = {};
  for await (const { key, error } of job.events('failure')) codes[key] = error.code;
  assert.deepEqual(codes, { 'b.txt': 'ERR_DIGEST', 'below/1': 'ERR_PROTOCOL', 'below/2': 'ERR_PROTOCOL' });
  assert.deepEqual((await job).checkedBy, { crc32c: 1 });
});

test('keys come from an iterable, and what fails is an event and counted, not thrown', async (t) => {
  const to = tempFolder(t);
  async function* keys() {
    yield 'a.txt';
    yield { key: 'b.txt', size: 7 };
    yield 'missing "quoted"\n.txt';
  }
  const job = fetch(memorySource(CONTENTS), to, keys(), { retries: 0 });
  const failures = [];
  for await (const { key, error } of job.events('failure')) failures.push([key, error.code]);
  assert.deepEqual(failures, [['missing "quoted"\n.txt', 'ERR_NOT_FOUND']]);
  const { stored, failed } = await job;
  assert.deepEqual([stored, failed], [2, 1]);
});

test('stop() ends with what is in flight, and the same call goes on afterwards', async (t) => {
  const to = tempFolder(t);
  const gate = deferred();
  let asked = 0;
  const source = memorySource(CONTENTS, () => {
    asked++;
    return gate.promise;
  });
  const job = mirror(source, to, { concurrency: 4 });
  await until(() => asked === 4, 'requests in flight');
  job.stop();
  gate.resolve();
  const stopped = await job;
  assert.ok(stopped.stored >= 4 && stopped.stored < 100, `${stopped.stored} stored`);
  assert.equal((await status(to)).state, 'interrupted');
  const rest = await mirror(source, to);
  assert.equal(rest.stored, Object.keys(CONTENTS).length);
  assert.equal(rest.runs, 2);
});

test('an abort ends a job at once with its reason, also before it begins', async (t) => {
  const to = tempFolder(t);
  const controller = new AbortController();
  let asked = 0;
  const source = memorySource(CONTENTS, () => {
    asked++;
    return new Promise((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(new TransferError('ERR_NETWORK', 'cut off')));
    });
  });
  const job = mirror(source, to, { signal: controller.signal, concurrency: 4 });
  await until(() => asked === 4, 'requests in flight');
  const reason = new Error('enough');
  controller.abort(reason);
  assert.equal(await rejection(job), reason);
  assert.equal(await rejection(mirror(source, to, { signal: controller.signal })), reason);
  assert.deepEqual(
    filesBelow(to).filter((path) => !path.startsWith('.sluice/')),
    [],
  );
});

test('who leaves the loop over the events does not hold the job', async (t) => {
  const to = tempFolder(t);
  const job = mirror(memorySource(CONTENTS), to);
  for await (const event of job) if (event.type === 'object') break;
  assert.equal((await job).stored, Object.keys(CONTENTS).length);
});

test('who never begins to read the events can let the job go on', async (t) => {
  const job = mirror(memorySource(CONTENTS), tempFolder(t));
  const unread = job.events('object')[Symbol.asyncIterator]();
  const waiting = job.events('notice')[Symbol.asyncIterator]();
  // The first notice names the destination; no other comes.
  assert.equal((await waiting.next()).value?.code, 'destination');
  const next = waiting.next();
  // A third reader shows when the run is held: it gets one event for each object until then.
  let seen = 0;
  const counter = (async () => {
    for await (const _ of job.events('object')) seen++;
  })();
  await until(() => seen >= 256, 'a run that is held');
  await unread.return?.();
  await waiting.return?.();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.equal((await job).stored, Object.keys(CONTENTS).length);
  await counter;
});

test('a loop over the events throws what the job rejects with', async (t) => {
  const to = tempFolder(t);
  const source: Source = {
    ...memorySource(CONTENTS),
    get: async () => {
      throw new TransferError('ERR_AUTH', 'wrong secret');
    },
  };
  const job = mirror(source, to);
  const error = await rejection<TransferError>(
    (async () => {
      for await (const _ of job);
    })(),
  );
  assert.equal(error.code, 'ERR_AUTH');
  assert.equal(await rejection(job), error);
});

test('a digest that is asked for again is told', async (t) => {
  const to = tempFolder(t);
  const text = { 'a.txt': 'one' };
  await mirror(memorySource(text), to);
  // So the source is asked for the MD5.
  rmSync(join(to, '.sluice', 'digests'), { recursive: true, force: true });
  let asked = 0;
  async function digest() {
    if (++asked === 1) throw new TransferError('ERR_NETWORK', 'cut off');
    return createHash('md5').update('one').digest('hex');
  }
  const job = verify({ ...memorySource(text), digest }, to, { isChecksum: true });
  const told = [];
  for await (const { of, error } of job.events('retry')) told.push([of, error.code]);
  assert.deepEqual(told, [['objects', 'ERR_NETWORK']]);
  const { alike, retries } = await job;
  assert.deepEqual([alike, retries], [1, 1]);
});

test('a bucket of the store: listed, mirrored, compared', async (t) => {
  const to = tempFolder(t);
  const { server } = await serveBucket(t, { 'x.jpg': 'x', 'y/z.jpg': 'zz', 'y/w.txt': 'w' });
  const options = { endpoint: server.endpoint, credentials: CREDENTIALS };
  const listed: string[] = [];
  for await (const { key } of list('upyun://pics', { ...options, include: ['*.jpg'] })) listed.push(key);
  assert.deepEqual(listed.sort(), ['x.jpg', 'y/z.jpg']);
  const job = mirror('upyun://pics', to, { ...options, exclude: ['*.txt'] });
  assert.equal((await job).stored, 2);
  const comparison = verify('upyun://pics', to, options);
  const found = [];
  for await (const { key, reason } of comparison.events('finding')) found.push([key, reason]);
  assert.deepEqual(found, [['y/w.txt', 'missing']]);
  const { alike, different } = await comparison;
  assert.deepEqual([alike, different], [2, 1]);
});

test('a folder that cannot be listed is a finding of its kind', async (t) => {
  const to = tempFolder(t);
  const whole = memorySource({ 'a.txt': 'one', 'below/c.txt': '' });
  await mirror(whole, to);
  const listPage = async (directory: string, cursor: string | undefined) => {
    if (directory !== '') throw new TransferError('ERR_LISTING', 'broken');
    return whole.lister!.listPage(directory, cursor);
  };
  const found = [];
  for await (const finding of verify({ ...whole, lister: { listPage } }, to, { retries: 0 }).events('finding'))
    found.push(finding);
  assert.deepEqual(
    found.map(({ type, key, reason, kind, code }) => ({ type, key, reason, kind, code })),
    [{ type: 'finding', key: 'below', reason: 'unlisted', kind: 'folder', code: 'ERR_LISTING' }],
  );
});

test('a listing that is left asks for nothing more', async (t) => {
  const objects = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, 'x']));
  const { server } = await serveBucket(t, objects);
  const options = { endpoint: server.endpoint, credentials: CREDENTIALS, pageSize: 100 };
  for await (const { key } of list('upyun://pics', options)) {
    assert.ok(key.startsWith('k'));
    break;
  }
  assert.ok(server.counters.total < 10, `${server.counters.total} pages`);
  let count = 0;
  for await (const _ of list('upyun://pics', { ...options, limit: 150 })) count++;
  assert.equal(count, 150);
});

test('each job closes its source at its end, also one of your own', async (t) => {
  const to = tempFolder(t);
  const closed: string[] = [];
  const named = (name: string): Source => ({ ...memorySource(CONTENTS), close: async () => void closed.push(name) });
  for await (const _ of list(named('list'))) break;
  await mirror(named('mirror'), to);
  await fetch(named('fetch'), to, ['a.txt']);
  await verify(named('verify'), to);
  assert.deepEqual(closed, ['list', 'mirror', 'fetch', 'verify']);
});

test('wrong options are one error that names each of them, before anything happens', (t) => {
  const to = tempFolder(t);
  const wrong = { retries: -1, concurrency: 0.5, bytesPerSecond: 0 } as const;
  assert.throws(
    () => mirror('s3:/x', to, wrong),
    (error: ConfigError) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.problems.length, 5, error.message);
      return true;
    },
  );
  assert.equal(filesBelow(to).length, 0);
});

test('a program that is behind with its events pauses the run, and does not stall it', async (t) => {
  const job = mirror(memorySource(CONTENTS), tempFolder(t), { stallMs: 100 });
  let seen = 0;
  for await (const _ of job.events('object')) {
    // Longer than the three times that end a run in which nothing moves.
    if (++seen === 20) await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  assert.equal((await job).stored, Object.keys(CONTENTS).length);
});

test('what cannot pause the run waits as sums for a reader that does not read, and adds up', async (t) => {
  const pages = 1_000;
  const whole = memorySource({});
  const listPage = async (_directory: string, cursor = '0') => ({
    entries: [{ key: `k${cursor}`, size: 2 }],
    ...(Number(cursor) + 1 < pages && { nextCursor: String(Number(cursor) + 1) }),
  });
  const source = { ...whole, lister: { listPage }, get: async () => ({ bytes: Buffer.from('xx') }) };
  const job = mirror(source, tempFolder(t));
  const events = job.events('found');
  await job;
  let [count, objects, bytes] = [0, 0, 0];
  for await (const found of events) {
    count++;
    objects += found.objects;
    bytes += found.bytes;
  }
  assert.deepEqual([objects, bytes], [pages, 2 * pages]);
  assert.ok(count <= 256, `${count} events waited`);
});

test('what a source of one’s own answers is looked at: one bad entry holds up no other', async (t) => {
  const broken: unknown[] = [
    { key: 'nan.txt', size: Number.NaN },
    { key: 'text.txt', size: '7' },
    { key: 'time.txt', mtimeMs: Number.NaN },
    { key: 5 },
    null,
  ];
  const whole = memorySource({ 'a.txt': 'one' });
  const listPage = async (directory: string, cursor: string | undefined) => {
    const { entries } = await whole.lister!.listPage(directory, cursor);
    return { entries: [...entries, ...(broken as ObjectEntry[])] };
  };
  const failed: string[] = [];
  const job = mirror({ ...whole, lister: { listPage } }, tempFolder(t), { retries: 0 });
  for await (const { key, error } of job.events('failure')) failed.push(`${key} ${error.code}`);
  assert.equal((await job).stored, 1);
  assert.deepEqual(
    failed.sort(),
    ['5', 'nan.txt', 'null', 'text.txt', 'time.txt'].map((key) => `${key} ERR_LISTING`),
  );
});

for (const [name, answer, code] of [
  ['nothing', null, 'ERR_PROTOCOL'],
  ['no body', {}, 'ERR_PROTOCOL'],
  ['text as bytes', { bytes: 'x' }, 'ERR_PROTOCOL'],
  ['an error without a code', new Error('no luck'), 'ERR_SERVER'],
] as const) {
  test(`a source of one’s own that answers ${name}: the object fails with ${code}`, async (t) => {
    const source = {
      ...memorySource({ 'a.txt': 'one' }),
      async get() {
        if (answer instanceof Error) throw answer;
        return answer as never;
      },
    };
    const codes: string[] = [];
    const job = mirror(source, tempFolder(t), { retries: 0 });
    for await (const { error } of job.events('failure')) codes.push(error.code);
    assert.deepEqual([codes, (await job).failed], [[code], 1]);
  });
}

test('an abort comes through although source and sink answer at once', async () => {
  const contents = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 'x']));
  const sink: Sink = {
    roots: ['memory'],
    has: async (queries) => queries.map(() => ({ isPresent: false, home: -1 })),
    put: async () => ({ volume: 0 }),
    flush: async () => {},
    close: async () => {},
  };
  const aborted = new AbortController();
  const job = mirror(memorySource(contents), sink, { signal: aborted.signal });
  setTimeout(() => aborted.abort(new Error('enough')), 50);
  await assert.rejects(job, /enough/);
});

test('options that no type holds back are refused by name', (t) => {
  const to = tempFolder(t);
  const source = memorySource({});
  const wrong: [object, RegExp][] = [
    [{ retrys: 3 }, /retrys: there is no such option/],
    [{ durability: 'none at all' }, /durability: expected barrier, file, none/],
    [{ include: '*.jpg' }, /include: expected a list of globs/],
    [{ signal: new AbortController() }, /signal: expected an AbortSignal/],
    [{ bytesPerSecond: 'auto' }, /bytesPerSecond: expected a number/],
    [{ stallMs: 1e12 }, /stallMs: expected a whole number/],
    [{ reserve: { share: Number.NaN } }, /reserve: expected/],
    [{ endpoint: 'nonsense' }, /endpoint: expected http/],
  ];
  for (const [options, message] of wrong) assert.throws(() => mirror(source, to, options), message);
  assert.throws(() => mirror(source, ''), /to: give folders, or one Sink/);
  assert.throws(() => fetch(source, to, 'd/1'), /keys: give a list of keys/);
  assert.throws(() => mirror({} as Source, to), /from: a Source has the methods get and close/);
  assert.throws(() => mirror(undefined as never, to), /from: give a SOURCE as text, or a Source/);
});

test('the library installs no signal handlers and writes nothing', (t) => {
  const to = tempFolder(t);
  const library = new URL('../../../../src/index.js', import.meta.url).href;
  const script = `
    import { mirror } from ${JSON.stringify(library)};
    const before = process.eventNames().length;
    const entries = [{ key: 'a' }, { key: '../b' }, { key: 'gone' }];
    const get = async ({ key }) => {
      if (process.eventNames().length !== before) throw new Error('a handler');
      if (key === 'gone') throw new Error('not to be had');
      return { bytes: Buffer.from('x') };
    };
    const source = { url: 'memory://x', lister: { listPage: async () => ({ entries }) }, get, close: async () => {} };
    const { stored, failed } = await mirror(source, ${JSON.stringify(to)}, { retries: 0 });
    process.exitCode = stored === 2 && failed === 1 && process.eventNames().length === before ? 7 : 1;
  `;
  const { status: code, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  assert.deepEqual([code, stdout.toString(), stderr.toString()], [7, '', '']);
});
