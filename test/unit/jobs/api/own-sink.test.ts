// A sink of one's own: it gets every byte, its errors are told clearly, and each ending closes it once.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ConfigError, fetch, type Job, mirror, type Sink, type Source, TransferError } from '../../../../src/index.js';
import { ownSink } from '../../../../src/sinks/own-sink.js';
import { tempFolder } from '../../../support/disks/files.js';
import { memorySink } from '../../../support/disks/memory-sink.js';
import { memorySource } from '../../../support/servers/memory-source.js';
import { serveBucket } from '../../../support/servers/upyun.js';
import { deferred, rejection, until } from '../../../support/waiting.js';

const CREDENTIALS = { operator: 'operator', password: 'password' };

/** Small ones, an empty one, odd keys, and one that comes in pieces. */
const CONTENTS: Record<string, Buffer> = {
  'a.txt': Buffer.from('one'),
  'below/empty': Buffer.alloc(0),
  'below/中 文%.txt': Buffer.from('odd'),
  'large.bin': Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251)),
};
for (let index = 0; index < 200; index++) CONTENTS[`below/${index}`] = Buffer.from(`text ${index}`);
const COUNT = Object.keys(CONTENTS).length;

function bodiesOf({ kept }: ReturnType<typeof memorySink>): Record<string, Buffer> {
  return Object.fromEntries([...kept].map(([key, { bytes }]) => [key, bytes]));
}

function assertAll(sink: ReturnType<typeof memorySink>): void {
  assert.deepEqual([...sink.kept.keys()].sort(), Object.keys(CONTENTS).sort());
  for (const [key, bytes] of Object.entries(bodiesOf(sink))) assert.ok(bytes.equals(CONTENTS[key]!), key);
}

const closes = ({ calls }: { calls: string[] }) => calls.filter((call) => call === 'close').length;

test('a whole bucket of the store gets into memory, byte for byte, with events, and is not fetched again', async (t) => {
  const { server } = await serveBucket(t, CONTENTS);
  const options = { endpoint: server.endpoint, credentials: CREDENTIALS };
  const sink = memorySink();
  const job = mirror('upyun://pics', sink, options);
  const stored: string[] = [];
  for await (const { key, status, volume, bytes } of job.events('object')) {
    assert.deepEqual([status, volume, bytes], ['stored', 'memory', CONTENTS[key]!.length]);
    stored.push(key);
  }
  assert.deepEqual([(await job).stored, stored.length], [COUNT, COUNT]);
  assertAll(sink);
  assert.deepEqual(sink.calls, ['flush 0', 'close']);
  const { get } = server.counters;
  const again = await mirror('upyun://pics', sink, options);
  assert.deepEqual([again.skipped, again.stored, server.counters.get], [COUNT, 0, get]);
  assert.equal(closes(sink), 2);
});

test('fetch stores what is named, and nothing is left on the disks of this machine', async (t) => {
  const before = process.cwd();
  const folder = tempFolder(t);
  process.chdir(folder);
  t.after(() => process.chdir(before));
  const sink = memorySink();
  const job = fetch(memorySource(CONTENTS), sink, ['a.txt', 'large.bin', 'missing'], { retries: 0 });
  const { stored, failed } = await job;
  assert.deepEqual([stored, failed, [...sink.kept.keys()].sort()], [2, 1, ['a.txt', 'large.bin']]);
  assert.deepEqual(sink.calls, ['flush 0', 'close']);
  await mirror(memorySource(CONTENTS), memorySink());
  assert.deepEqual(readdirSync(folder), []);
});

test('the lists that are asked for are written, also without a folder', async (t) => {
  const folder = tempFolder(t);
  const [failures, manifest] = [join(folder, 'failures'), join(folder, 'manifest')];
  const broken = { ...memorySource(CONTENTS), get: getOr(() => new TransferError('ERR_NOT_FOUND', 'gone')) };
  const { stored, gone } = await mirror(broken, memorySink(), { failures, manifest, retries: 0 });
  assert.deepEqual([stored, gone], [COUNT - 1, 1]);
  assert.equal(readFileSync(failures, 'utf8'), '');
  const lines = readFileSync(manifest, 'utf8').trim().split('\n');
  assert.equal(lines.length, COUNT - 1);
  assert.equal(JSON.parse(lines[0]!).volume, 'memory');
});

/** Fails for `a.txt`. */
function getOr(failure: () => Error): Source['get'] {
  const { get } = memorySource(CONTENTS);
  return async (entry) => {
    if (entry.key === 'a.txt') throw failure();
    return get(entry);
  };
}

async function failuresOf(job: Job): Promise<[string, string, string][]> {
  const failures: [string, string, string][] = [];
  for await (const { key, error } of job.events('failure')) failures.push([key, error.code, error.message]);
  await job;
  return failures;
}

/** Rejects for one key, as often as is said. */
function refusing(thrown: () => unknown, { times = Number.POSITIVE_INFINITY, more = {} as Partial<Sink> } = {}) {
  let left = times;
  const sink = memorySink(more);
  const { put } = sink;
  return Object.assign(sink, {
    put: async (...[file, body, home]: Parameters<Sink['put']>) => {
      if (file.key === 'a.txt' && left-- > 0) throw thrown();
      return put(file, body, home);
    },
  });
}

test('an error without a code fails the object, after its attempts, with the words of the sink', async () => {
  const sink = refusing(() => new Error('the tape is torn'));
  const failures = await failuresOf(mirror(memorySource(CONTENTS), sink, { retries: 1 }));
  assert.deepEqual(failures, [['a.txt', 'ERR_DISK', 'the sink did not take it: the tape is torn']]);
  assert.deepEqual([sink.kept.size, closes(sink)], [COUNT - 1, 1]);
  const passing = refusing(() => 'not even an Error', { times: 1 });
  assert.equal((await mirror(memorySource(CONTENTS), passing)).stored, COUNT);
});

test('a place that takes no more: the object comes again, and without another place the run ends', async () => {
  const out = () => new TransferError('ERR_VOLUME_OUT', 'full up');
  const two = refusing(out, { times: 3, more: { roots: ['one', 'two'] } });
  assert.equal((await mirror(memorySource(CONTENTS), two, { retries: 0 })).stored, COUNT);
  assertAll(two);
  const one = refusing(out);
  const error = await rejection<TransferError>(mirror(memorySource(CONTENTS), one));
  assert.equal(error.code, 'ERR_NO_SPACE');
  assert.match(error.message, /^memory takes no more, and the sink has no other place: full up/);
  assert.equal(closes(one), 1);
});

test('what a sink must not do ends the run, and says so', async () => {
  const wrong: [Partial<Sink>, RegExp, string][] = [
    [{ has: () => Promise.reject(new Error('no index')) }, /cannot tell what it has: no index/, 'ERR_VOLUME'],
    [{ has: async () => [] }, /gave 0 answers to \d+ queries/, 'ERR_VOLUME'],
    [{ has: async (all) => all.map(() => ({ isPresent: true, home: 3 })) }, /at place 3, but its places/, 'ERR_VOLUME'],
    [{ put: async () => ({ volume: 1 }) }, /the sink put "[^"]+" at place 1/, 'ERR_VOLUME'],
    [{ put: async () => undefined as never }, /at place undefined/, 'ERR_VOLUME'],
    [{ flush: () => Promise.reject(new Error('no power')) }, /is not durable: no power/, 'ERR_DISK'],
  ];
  for (const [more, message, code] of wrong) {
    const sink = memorySink(more);
    const error = await rejection<TransferError>(mirror(memorySource({ a: Buffer.from('x') }), sink));
    assert.deepEqual([error.code, closes(sink)], [code, 1], String(message));
    assert.match(error.message, message);
  }
  const closing = memorySink({ close: () => Promise.reject(new Error('jammed')) });
  const error = await rejection<TransferError>(mirror(memorySource({}), closing));
  assert.match(error.message, /could not be closed: jammed/);
  const lazy = memorySink({ put: async () => ({ volume: 0 }) });
  const large = { 'large.bin': CONTENTS['large.bin']! };
  assert.match((await rejection(mirror(memorySource(large), lazy))).message, /did not read "large.bin" to its end/);
});

test('a body that breaks off, or is not the one that was listed, is never taken for stored', async () => {
  // It swallows every error of the body, and says that all is well.
  const careless = memorySink({
    async put(_file, body) {
      try {
        if (!(body instanceof Uint8Array)) for await (const _ of body);
      } catch {}
      return { volume: 0 };
    },
  });
  async function* broken() {
    yield Buffer.from('half');
    throw new TransferError('ERR_NETWORK', 'cut off');
  }
  const source = { ...memorySource({}), get: async () => ({ stream: broken() }) };
  const failures = await failuresOf(fetch(source, careless, ['k'], { retries: 0 }));
  assert.deepEqual(failures, [['k', 'ERR_NETWORK', 'cut off']]);
  const short = { ...memorySource({}), get: async () => ({ bytes: Buffer.from('x') }) };
  const sink = memorySink();
  assert.equal((await failuresOf(fetch(short, sink, [{ key: 'k', size: 2 }], { retries: 0 })))[0]![1], 'ERR_SIZE');
  assert.equal(sink.kept.size, 0);
});

test('an abort ends the job at once and closes both, also before it begins; stop() lets puts in flight end', async () => {
  const gate = deferred();
  let waiting = 0;
  const slow = () => {
    const sink = memorySink();
    const { put } = sink;
    return Object.assign(sink, {
      put: async (...[file, body, home]: Parameters<Sink['put']>) => {
        waiting++;
        await gate.promise;
        return put(file, body, home);
      },
    });
  };
  const controller = new AbortController();
  const reason = new Error('enough');
  const aborted = slow();
  const job = mirror(memorySource(CONTENTS), aborted, { signal: controller.signal, concurrency: 4 });
  await until(() => waiting === 4, 'puts in flight');
  controller.abort(reason);
  assert.equal(await rejection(job), reason);
  assert.equal(closes(aborted), 1);
  const late = memorySink();
  let sourceCloses = 0;
  const source = { ...memorySource(CONTENTS), close: async () => void sourceCloses++ };
  assert.equal(await rejection(mirror(source, late, { signal: controller.signal })), reason);
  assert.deepEqual([late.calls, sourceCloses], [['close'], 1]);

  waiting = 0;
  const stopped = slow();
  const stopping = mirror(memorySource(CONTENTS), stopped, { concurrency: 4 });
  await until(() => waiting === 4, 'puts in flight');
  stopping.stop();
  gate.resolve();
  const { stored } = await stopping;
  assert.ok(stored >= 4 && stored < COUNT, `${stored} stored`);
  assert.deepEqual([stopped.kept.size, stopped.calls], [stored, ['flush 0', 'close']]);
});

test('a put that has not settled is work under way, so that an interrupted run does not call itself idle', async () => {
  const gate = deferred();
  const sink = ownSink(memorySink({ put: () => gate.promise.then(() => ({ volume: 0 })) }));
  const put = sink.put({ key: 'a' }, Buffer.from('x'), -1);
  assert.deepEqual(
    sink.activity().map(({ waiting, oldest }) => [waiting, oldest?.op]),
    [[1, 'put']],
  );
  gate.resolve();
  await put;
  assert.deepEqual(sink.activity(), [{ waiting: 0, oldest: undefined }]);
});

test('options that speak of folders are refused, all of them at once, and so is what is no Sink', (t) => {
  const folder = join(tempFolder(t), 'not-made');
  const options = { reserve: { bytes: 1 }, durability: 'file', isRestart: true, credentials: CREDENTIALS } as const;
  const problemsOf = (run: () => unknown): readonly string[] => {
    try {
      run();
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      return error.problems;
    }
    return [];
  };
  assert.deepEqual(
    problemsOf(() => mirror('upyun://pics', memorySink(), options)).map((problem) => problem.split(':')[0]),
    ['reserve', 'durability', 'isRestart'],
  );
  const source = memorySource({});
  assert.match(
    problemsOf(() => mirror(source, { roots: [] } as never)).join('; '),
    /missing: has, put, .*; .*at least one/,
  );
  assert.match(problemsOf(() => mirror(source, [folder, memorySink()] as never)).join(), /give folders, or one Sink/);
  assert.ok(!existsSync(folder));
});
