// A program pauses a job, lets it go on, and changes its limits while it works.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import {
  ConfigError,
  fetchUrls,
  type Job,
  mirror,
  type NoticeEvent,
  type ObjectEntry,
  type Source,
  type StoreOptions,
} from '../../../../src/index.js';
import { tempFolder } from '../../../support/disks/files.js';
import { serveBucket } from '../../../support/servers/upyun.js';
import { serveWeb } from '../../../support/servers/urls.js';
import { turns, until } from '../../../support/waiting.js';

const COUNT = 60;
const CREDENTIALS = { operator: 'operator', password: 'password' };

/** A source that answers when the test says so. */
function heldSource() {
  const held: (() => void)[] = [];
  const state = { asked: 0, inFlight: 0, most: 0, isOpen: false };
  const entries = Array.from({ length: COUNT }, (_, index): ObjectEntry => ({ key: `${index}`, size: 1 }));
  const source: Source = {
    url: 'memory://held',
    lister: { listPage: async () => ({ entries, directories: [] }) },
    async get() {
      state.asked++;
      state.inFlight++;
      state.most = Math.max(state.most, state.inFlight);
      if (!state.isOpen) await new Promise<void>((resolve) => held.push(resolve));
      state.inFlight--;
      return { bytes: Buffer.from('1') };
    },
    async close() {},
  };
  const release = () => {
    for (const go of held.splice(0)) go();
  };
  const open = () => {
    state.isOpen = true;
    release();
  };
  return { source, state, release, open };
}

function startHeld(t: TestContext, options: StoreOptions = {}) {
  const held = heldSource();
  const job = mirror(held.source, tempFolder(t), options);
  t.after(held.open);
  return { ...held, job, said: listen(job) };
}

/** What the job says, by kind. */
function listen(job: Job) {
  const said = { states: [] as string[], notices: [] as NoticeEvent[], ticks: 0 };
  (async () => {
    for await (const event of job.events('state', 'notice', 'progress')) {
      if (event.type === 'state') said.states.push(`${event.health.state} ${event.health.reason}`);
      else if (event.type === 'notice') said.notices.push(event);
      else said.ticks++;
    }
  })().catch(() => {});
  return said;
}

test('a pause lets end what is under way, and begins nothing new until the program says so', async (t) => {
  const { job, state, said, release, open } = startHeld(t, { concurrency: 3, stallMs: 600 });
  await until(() => state.inFlight === 3, 'three requests');
  job.pause('the tester');
  assert.deepEqual([job.picture()?.isPaused, job.picture()?.health.state], [true, 'paused']);
  assert.equal(job.picture()?.requests.objects, 3);
  release();
  await until(() => job.snapshot().stored === 3, 'the three objects');
  // Longer than the watchdog would let a silence last.
  const { ticks } = said;
  await until(() => said.ticks > ticks + 2, 'three more seconds');
  assert.deepEqual([state.asked, job.picture()?.requests.objects], [3, 0]);
  assert.equal(job.picture()?.progress.secondsLeft, undefined);
  job.resume('the tester');
  assert.equal(job.picture()?.isPaused, false);
  await until(() => state.asked > 3, 'a further request');
  open();
  const { stored, outages } = await job;
  assert.deepEqual([stored, outages], [COUNT, undefined]);
  const about = said.notices.filter(({ code }) => ['paused', 'resumed', 'stalled', 'origin-down'].includes(code));
  assert.deepEqual(
    about.map(({ code }) => code),
    ['paused', 'resumed'],
  );
  for (const { message } of about) assert.match(message, /by the tester/);
  assert.ok(said.states.includes('paused by-user'), said.states.join());
});

test('a paused job can be stopped, and ends with what it has', async (t) => {
  const { job, state, release } = startHeld(t, { concurrency: 2 });
  await until(() => state.inFlight === 2, 'two requests');
  job.pause();
  release();
  await until(() => job.snapshot().stored === 2, 'the two objects');
  job.stop();
  const { stored } = await job;
  assert.deepEqual([stored, state.asked], [2, 2]);
});

test('a job that is paused before it begins asks the server nothing', async (t) => {
  const { server } = await serveBucket(t, { 'a.txt': 'one', 'b/c.txt': 'two' });
  const options = { endpoint: server.endpoint, credentials: CREDENTIALS };
  const job = mirror('upyun://pics', tempFolder(t), options);
  const said = listen(job);
  job.pause();
  await until(() => said.states.includes('paused by-user') && said.ticks > 0, 'the pause');
  // The size of the bucket is no part of the copy.
  assert.deepEqual([server.counters.list, server.counters.get], [0, 0]);
  job.resume();
  assert.equal((await job).stored, 2);
});

test('a list of URLs of many servers is paused, too', async (t) => {
  const routes = { '/a': { body: 'one' }, '/b': { body: 'two' } };
  const servers = [await serveWeb(t, routes), await serveWeb(t, routes), await serveWeb(t, routes)];
  const job = fetchUrls(
    servers.flatMap(({ origin }) => [`${origin}/a`, `${origin}/b`]),
    tempFolder(t),
  );
  const said = listen(job);
  job.pause();
  await until(() => said.states.includes('paused by-user') && said.ticks > 0, 'the pause');
  assert.deepEqual(
    servers.map(({ requests }) => requests.length),
    [0, 0, 0],
  );
  job.setLimits({ concurrency: 1 });
  assert.equal(job.picture()?.limits.concurrency, 1);
  job.resume();
  assert.equal((await job).stored, 6);
});

test('the number of requests at once is raised and lowered, and again what the options say', async (t) => {
  const { job, state, said, release, open } = startHeld(t, { concurrency: 2 });
  await until(() => state.inFlight === 2, 'two requests');
  await turns(50);
  assert.equal(state.inFlight, 2);
  job.setLimits({ concurrency: 5 }, 'a page');
  await until(() => state.inFlight === 5, 'five requests');
  await turns(50);
  assert.deepEqual([state.most, job.picture()?.limits.concurrency], [5, 5]);
  job.setLimits({ concurrency: 1 });
  release();
  await until(() => job.snapshot().stored === 5, 'five objects');
  await turns(50);
  assert.equal(state.inFlight, 1);
  job.setLimits({ concurrency: null });
  await until(() => state.inFlight === 2, 'two requests');
  await turns(50);
  assert.equal(state.inFlight, 2);
  open();
  assert.equal((await job).stored, COUNT);
  const [first] = said.notices.filter(({ code }) => code === 'limits-changed');
  assert.equal(first!.message, 'limits changed by a page: --concurrency 5');
});

test('a number above what the connections allow is cut, and said so', async (t) => {
  const { job, state, said, open } = startHeld(t, { concurrency: 2, maxConnections: 4, listConcurrency: 1 });
  await until(() => state.inFlight === 2, 'two requests');
  job.setLimits({ concurrency: 50 });
  await until(() => state.inFlight === 3, 'three requests');
  assert.equal(job.picture()?.limits.concurrency, 3);
  open();
  await job;
  const [notice] = said.notices.filter(({ code }) => code === 'limits-changed');
  assert.match(notice!.message, /by the program: --concurrency 3 \(the options allow no more/);
});

test('rates change while requests wait for them; other limits stay', async (t) => {
  // At this rate the second object would come after a quarter of an hour.
  const { job, open } = startHeld(t, { objectsPerSecond: 0.001, bytesPerSecond: 1e9 });
  open();
  await until(() => job.snapshot().stored >= 1, 'the first object');
  assert.deepEqual(job.picture()?.limits.objectsPerSecond, 0.001);
  job.setLimits({ objectsPerSecond: null, listsPerSecond: 7 });
  const { objectsPerSecond, bytesPerSecond, listsPerSecond } = job.picture()!.limits;
  assert.deepEqual([objectsPerSecond, bytesPerSecond, listsPerSecond], [undefined, 1e9, 7]);
  assert.equal((await job).stored, COUNT);
});

test('a limit that is set holds from then on', async (t) => {
  const { job, state, open } = startHeld(t, { concurrency: 4 });
  await until(() => state.inFlight === 4, 'four requests');
  job.setLimits({ objectsPerSecond: 0.001 });
  open();
  await until(() => job.snapshot().stored >= 4, 'four objects');
  // Some had paid for the limit before, and waited for a connection.
  await turns(200);
  const { asked } = state;
  await turns(200);
  assert.equal(state.asked, asked);
  assert.ok(asked < COUNT / 2, `${asked} requests`);
  job.stop();
  await job;
});

test('wrong limits are refused, all at once, and change nothing', async (t) => {
  const { job, open } = startHeld(t, { objectsPerSecond: 100 });
  const wrong = { objectsPerSecond: -1, bytesPerSecond: Number.NaN, concurrency: 1.5, other: 1 };
  assert.throws(
    () => job.setLimits(wrong as never),
    (error: ConfigError) => error instanceof ConfigError && error.problems.length === 4,
  );
  open();
  await job;
  assert.equal(job.picture()?.limits.objectsPerSecond, 100);
});
