// What others write into the streams and tables of a job: it is set aside and said, and the copy is whole all the same.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, headers, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { manyObjects } from '../../../support/cli/contents.js';
import { until } from '../../../support/cli/harness.js';
import { assertSpread, jobOf, openSharedWorld, type SharedWorld } from '../../../support/cli/shared.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

const tree = (folders: number, each = 20) =>
  Object.assign({}, ...Array.from({ length: folders }, (_, index) => manyObjects(each, { folder: `f${index}/` })));

async function client(t: TestContext, { nats }: SharedWorld): Promise<NatsConnection> {
  const nc = await connect({ servers: nats.url.replace('nats://', '') });
  t.after(() => nc.close());
  return nc;
}

const BATCH = (rest: object) => JSON.stringify({ k: 'AAAAAAAAAAAAAAAA.0', e: [['x.jpg', 3]], ...rest });

/** Nothing of it is a message of ours. */
const GARBAGE: readonly (string | Uint8Array)[] = [
  '',
  randomBytes(40),
  '\0\0\0',
  'null',
  '[]',
  '"text"',
  '{"d":',
  '{"version":99}',
  '\u001b[2J\u001b]0;pwned\u0007',
  randomBytes(900_000),
  `{"k":"${'x'.repeat(900_000)}"}`,
];
const BAD_BATCHES = [
  BATCH({ k: '../../x' }),
  BATCH({ k: 'a\u0000.0' }),
  BATCH({ e: 'x.jpg' }),
  BATCH({ e: ['x.jpg'] }),
  BATCH({ e: [[5]] }),
  BATCH({ e: [['x.jpg', -1]] }),
  BATCH({ e: [['x.jpg', 1.5]] }),
  BATCH({ e: [['x.jpg', '3']] }),
  BATCH({ e: [['x.jpg', 3, 1e300]] }),
  BATCH({ e: [['x.jpg', 3, '2020']] }),
  BATCH({ e: [['x.jpg', 3, 0, 7]] }),
  BATCH({ e: [['x.jpg', 3, 0, 'e', 'no digest']] }),
  BATCH({ r: [[['f'], 'neither', 'ERR_LISTING', '', 0]] }),
  BATCH({ r: [[['f'], 'folder', 'ERR_NONE', '', 0]] }),
  BATCH({ r: [[['f'], 'folder', 'ERR_LISTING', '', -1]] }),
  BATCH({ b: [[1, 2]] }),
];
const BAD_FOLDERS = [
  '{"d":5}',
  '{"d":"f0","c":7}',
  '{"d":"f0","c":"x\\r\\nhost: evil"}',
  '{"d":"f0","w":-1}',
  '{"d":"f0","w":900}',
  '{"d":"\\ud800"}',
  JSON.stringify({ d: 'x/'.repeat(3_000) }),
];

function status(code: number): MsgHdrs {
  const made = code === 0 ? headers() : headers(code, 'No Messages');
  made.append('KV-Operation', 'DEL');
  return made;
}

/** Into the streams of a job that is there. */
async function litter(nc: NatsConnection, job = 'pics'): Promise<number> {
  const batches = [...GARBAGE, ...BAD_BATCHES];
  const folders = [...GARBAGE, ...BAD_FOLDERS];
  for (const one of batches) nc.publish(`sluice.${job}.parts.any`, one);
  for (const [index, one] of folders.entries()) nc.publish(`sluice.${job}.folders.${index % 3}`, one);
  // Not even a header makes one of them anything else, and nobody looks where nobody is asked.
  nc.publish(`sluice.${job}.parts.any`, '', { headers: status(404) });
  nc.publish(`sluice.${job}.folders.0`, 'x', { headers: status(409) });
  nc.publish(`sluice.${job}.parts.nobody`, 'x');
  for (const one of [
    '',
    'x',
    '[]',
    'null',
    '{"kind":"ban"}',
    '{"kind":"ban","of":"lists","from":"\u001b[2J","forMs":1e9}',
  ])
    nc.publish(`sluice.${job}.news`, one);
  await nc.flush();
  return batches.length + folders.length + 2;
}

/** The job is begun, and nobody works on it. */
async function begin(world: SharedWorld): Promise<void> {
  world.server.faults.add({ match: { kind: 'list' }, action: { delayMs: 60_000 }, times: 1 });
  const machine = world.startMachine(0, ['--lease', '1s']);
  await until('a listing that has begun', () => world.server.counters.list > 0);
  machine.child.kill('SIGKILL');
  await machine.result;
}

async function rejectedIn(nc: NatsConnection): Promise<number> {
  const jsm = await jetstreamManager(nc);
  return (await jsm.streams.info('sluice_pics_rejected')).state.messages;
}

test('garbage among batches, folders and news is set aside, and two machines copy the bucket whole', {
  skip,
}, async (t) => {
  const objects = tree(12);
  const world = await openSharedWorld(t, { objects });
  const nc = await client(t, world);
  await begin(world);
  const count = await litter(nc);
  const machines = [0, 1].map((machine) => world.startMachine(machine, ['--lease', '1s']));
  await until('something stored', () => world.server.counters.get > 20);
  const more = await litter(nc);
  const results = await Promise.all(machines.map(({ result }) => result));
  for (const result of results) {
    const { listed, stored, failed, isComplete } = jobOf(result.expectExit(0));
    assert.deepEqual([listed, stored, failed, isComplete], [240, 240, 0, true]);
    assert.ok(!/\\u001b|pwned|\u001b/.test(result.stderr), 'nothing of what was sent is shown');
    assert.ok(
      result.events.filter(
        ({ event, message }) => event === 'message' && String(message).includes('not written by Sluice'),
      ).length <= 3,
      result.stderr,
    );
  }
  assert.match(
    results.map(({ stderr }) => stderr).join(''),
    /not written by Sluice \(number \d+ of its (batches|folders), /,
  );
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
  // What nobody has come to was behind the last batch.
  for (const { result } of [0, 1].map((machine) => world.startMachine(machine))) (await result).expectExit(0);
  const kept = await rejectedIn(nc);
  assert.ok(kept >= count && kept <= count + more, `${kept} of ${count} + ${more}`);
  const status = (await world.queued(['status', '--json'])).expectExit(0).lines[0]!;
  assert.deepEqual([status.state, status.rejected], ['complete', kept]);
  assert.match((await world.queued(['status'])).expectExit(0).stdout, /rejected .*sluice_pics_rejected/);
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  const jsm = await jetstreamManager(nc);
  assert.deepEqual(await jsm.streams.names().next(), [], 'nothing of the job is left');
});

test('what a bad message stood for is found missing, and listed again', { skip }, async (t) => {
  const objects = tree(6);
  const world = await openSharedWorld(t, { objects });
  const nc = await client(t, world);
  const jsm = await jetstreamManager(nc);
  // Batches are listed, and replaced by garbage before anybody takes them.
  (await world.run(['list', 'upyun://pics', '--queue', world.nats.url])).expectExit(0);
  const before = (await jsm.streams.info('sluice_pics_parts')).state.messages;
  assert.ok(before >= 6);
  await jsm.streams.purge('sluice_pics_parts');
  await litter(nc);
  const results = await Promise.all([0, 1].map((machine) => world.startMachine(machine).result));
  for (const result of results) assert.equal(jobOf(result.expectExit(0)).stored, 120);
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
});

test('lines of an input that were lost to garbage are said, and fed once more they are fetched', {
  skip,
}, async (t) => {
  const objects = tree(3);
  const world = await openSharedWorld(t, { objects });
  const nc = await client(t, world);
  const jsm = await jetstreamManager(nc);
  const input = Object.keys(objects).join('\n');
  const args = ['fetch', '--from', 'upyun://pics', '--to', world.folderOf(0), '--queue', world.nats.url, '--json'];
  (await world.run([...args, '--role', 'list'], { input })).expectExit(0);
  await jsm.streams.purge('sluice_pics_parts');
  nc.publish('sluice.pics.parts.any', 'garbage');
  await nc.flush();
  for (let run = 0; run < 2; run++) {
    const result = (await world.run([...args, '--role', 'fetch'])).expectExit(3);
    assert.match(result.stderr, /1 batch of the job pics was lost with the queue\. Feed the same input again/);
    assert.equal(/set aside/.test(result.stderr), run === 0, 'said once');
  }
  assert.equal(jobOf((await world.run(args, { input })).expectExit(0)).stored, 60);
  await assertSpread([world.folderOf(0)], objects);
  // One that stood for nothing costs nothing.
  nc.publish('sluice.pics.parts.any', 'garbage');
  await nc.flush();
  assert.equal(jobOf((await world.run([...args, '--role', 'fetch'])).expectExit(0)).stored, 60);
});

const BAD_VALUES = [
  '',
  'x',
  'null',
  '[]',
  '{}',
  '5',
  '{"w":5,"t":[]}',
  '{"p":-1}',
  '{"at":"never"}',
  '{"number":9,"wanted":2}',
];

/** Under every key of every table, and under keys that are none. */
async function litterTables(nc: NatsConnection, keep: (key: string) => boolean): Promise<void> {
  const jsm = await jetstreamManager(nc);
  for (const table of ['done', 'listed', 'meta', 'workers']) {
    const { state } = await jsm.streams.info(`KV_sluice_pics_${table}`, { subjects_filter: '>' });
    const keys = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(`$KV.sluice_pics_${table}.`.length));
    const more = [
      'nobody',
      'x.y.z',
      'ü',
      'holder.ghost',
      'feeder.ghost',
      'walk',
      'limits',
      'complete',
      'reset',
      'seeded',
      '0.in.x',
    ];
    for (const [index, key] of [...keys, ...more].entries()) {
      if (!keep(key)) nc.publish(`$KV.sluice_pics_${table}.${key}`, BAD_VALUES[index % BAD_VALUES.length]!);
    }
    nc.publish(`$KV.sluice_pics_${table}.large`, randomBytes(900_000));
    nc.publish(`$KV.sluice_pics_${table}.gone`, '', { headers: status(0) });
  }
  await nc.flush();
}

test('garbage in the tables of a job that is complete: it is looked for again, and nothing is lost', {
  skip,
}, async (t) => {
  const objects = tree(8);
  const world = await openSharedWorld(t, { objects });
  const nc = await client(t, world);
  (await world.startMachine(0).result).expectExit(0);
  await litterTables(nc, (key) => key === 'job');
  for (const command of [['status'], ['jobs']]) (await world.queued(command)).expectExit(0);
  const args = ['--fleet', '--rate', '1000'];
  const results = await Promise.all([0].map((machine) => world.startMachine(machine, args).result));
  for (const result of results) {
    const { stored, skipped, failed, isComplete } = jobOf(result.expectExit(0)) as Record<string, number>;
    assert.deepEqual([stored! + skipped!, failed, isComplete], [160, 0, true]);
    assert.match(
      result.stderr,
      /another program has written into its tables\. Sluice ignores what it wrote \(entries: \d+\)/,
    );
  }
  await assertSpread([world.folderOf(0)], objects);
  (await world.queued(['forget', '--job', 'pics', '--worker', 'ghost'])).expectExit(0);
  (await world.queued(['forget', '--job', 'pics', '--worker', 'ghost'])).expectExit(1);
});

test('garbage in the tables while two machines are at it', { skip }, async (t) => {
  const objects = tree(10);
  const world = await openSharedWorld(t, { objects });
  const nc = await client(t, world);
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const machines = [0, 1].map((machine) =>
    world.startMachine(machine, ['--concurrency', '2', '--fleet', '--rate', '500']),
  );
  await until('something stored', () => world.server.counters.get > 40);
  // What is done stays as it is: it lies on one of the two.
  await litterTables(nc, (key) => /^[\w-]{16}\.\d+$/.test(key));
  for (const { result } of machines) {
    const { stored, failed, isComplete } = jobOf((await result).expectExit(0));
    assert.deepEqual([stored, failed, isComplete], [200, 0, true]);
  }
  await assertSpread([world.folderOf(0), world.folderOf(1)], objects);
});

test('a job of which nobody can say what it is about is said to be so, and can be removed', { skip }, async (t) => {
  const objects = tree(2);
  const world = await openSharedWorld(t, { objects });
  const nc = await client(t, world);
  (await world.startMachine(0).result).expectExit(0);
  (await world.startMachine(1, ['--job', 'other']).result).expectExit(0);
  for (const value of ['garbage', '{"version":2}', randomBytes(900_000)]) {
    nc.publish('$KV.sluice_pics_meta.job', value);
    await nc.flush();
    const result = (await world.startMachine(0).result).expectExit(3);
    assert.match(result.stderr, /the record of the job pics in the queue cannot be read.*sluice remove --job pics/);
    (await world.queued(['status', '--job', 'pics'])).expectExit(3);
    const jobs = (await world.queued(['jobs', '--json'])).expectExit(0).lines as { job: string; state: string }[];
    assert.deepEqual(
      jobs.map(({ job, state }) => [job, state]),
      [
        ['other', 'complete'],
        ['pics', 'unreadable'],
      ],
    );
  }
  (await world.queued(['remove', '--job', 'pics', '--yes'])).expectExit(0);
  assert.equal(jobOf((await world.startMachine(0).result).expectExit(0)).isComplete, true);
});
