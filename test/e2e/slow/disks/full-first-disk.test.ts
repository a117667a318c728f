// The disk that keeps the state is full, and another one is not: the run goes on there to its end, also after a kill.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { loadJob } from '../../../../src/journal/load.js';
import { keyOf } from '../../../../src/model/names/names.js';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type Running, until, type World } from '../../../support/cli/harness.js';
import { journalIn, killWhen, untilJob } from '../../../support/cli/jobs.js';
import { readFailures, readTree, tempFiles } from '../../../support/cli/tree.js';
import { empty, fillBytes, fillInodes } from '../../../support/disks/full-disk.js';
import { failingDisk, smallDisk } from '../../../support/disks/mounts.js';

const OBJECTS: Record<string, Buffer> = Object.assign(
  {},
  ...Array.from({ length: 100 }, (_, at) => manyObjects(4, { folder: `f${at}/` })),
  // Names that have to be recorded on the first disk, wherever the files go.
  ...Array.from({ length: 20 }, (_, at) => ({ [`odd//${at}.jpg`]: bytesFor(`odd ${at}`, 50) })),
);
const ALL = Object.keys(OBJECTS).length;

interface Setting {
  readonly world: World;
  readonly roots: [string, string];
  readonly args: string[];
}

type Medium = (t: TestContext) => { root: string } | undefined;

const MEDIA: Record<string, Medium> = {
  tmpfs: (t) => smallDisk(t, 'size=16m'),
  ext4: (t) => failingDisk(t, 16),
};

async function open(t: TestContext, medium: Medium, objects = OBJECTS): Promise<Setting | undefined> {
  const disk = medium(t);
  if (disk === undefined) return undefined;
  const world = await openWorld(t, { objects });
  // As large as the other one, so that both take their share.
  const large = smallDisk(t, 'size=16m');
  if (large === undefined) return undefined;
  const roots: [string, string] = [disk.root, large.root];
  const args = ['mirror', 'upyun://pics', ...roots.flatMap((root) => ['--to', root])];
  args.push('--reserve', '0', '--concurrency', '4', '--json');
  return { world, roots, args };
}

/** A run of which a quarter is stored when all further answers wait; `letGo` ends that. */
async function startHeld({ world, args }: Setting): Promise<{ running: Running; letGo: () => void }> {
  let letGo = () => {};
  const waitFor = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 100 });
  const running = world.start(args);
  await until('a quarter of it', () => world.server.counters.get >= 104);
  return { running, letGo };
}

async function assertWhole(roots: readonly string[], expected = OBJECTS): Promise<number[]> {
  const trees = await Promise.all(roots.map(readTree));
  for (const tree of trees) for (const path of tree.keys()) if (path.startsWith('somebody')) tree.delete(path);
  const found = trees.flatMap((tree) => [...tree].map(([path, bytes]) => [keyOf(path) ?? path, bytes] as const));
  assert.deepEqual(found.map(([key]) => key).sort(), Object.keys(expected).sort());
  for (const [key, bytes] of found) assert.ok(bytes.equals(expected[key]!), key);
  for (const root of roots) assert.deepEqual(await tempFiles(root), []);
  return trees.map(({ size }) => size);
}

function recordedNames(root: string): Set<string> {
  const lines = readFileSync(join(root, '.sluice', 'names.ndjson'), 'utf8')
    .split('\n')
    .filter(Boolean);
  return new Set(lines.map((line) => JSON.parse(line).key));
}

for (const [name, medium] of Object.entries(MEDIA)) {
  test(`${name}, filled to the last byte under the run: it goes on, and so does the next run after a kill`, async (t) => {
    const setting = await open(t, medium);
    if (setting === undefined) return;
    const { world, roots, args } = setting;
    const { running, letGo } = await startHeld(setting);
    const filler = fillBytes(roots[0]);
    const held = world.server.faults.add({ match: { kind: 'get', key: /^f9/ }, action: { stallBeforeHeaders: true } });
    letGo();
    await killWhen(running, journalIn(roots[0]), ({ totals }) => totals.stored > 250);
    assert.match(running.stderr(), /is full and takes no more files/);
    assert.match(running.stderr(), /writes the state of the job into its reserved space/);
    fillBytes(roots[0], 'somebody more');
    world.server.faults.remove(held);
    const rest = (await world.run(args)).expectExit(0);
    assert.deepEqual([rest.summary.listed, rest.summary.failed], [ALL, 0]);
    await assertWhole(roots);
    assert.equal(loadJob(journalIn(roots[0])).state?.isFinished, true);
    const odd = Object.keys(OBJECTS).filter((key) => key.startsWith('odd'));
    for (const key of odd) assert.ok(recordedNames(roots[0]).has(key), key);
    const to = roots.flatMap((root) => ['--to', root]);
    (await world.run(['verify', 'upyun://pics', ...to, '--checksum'])).expectExit(0);
    // A pass more over what is there, still without a byte of room.
    assert.equal((await world.run(args)).expectExit(0).summary.skipped, ALL);
    empty(filler);
    empty(join(roots[0], 'somebody more'));
    world.bucket.put('later.jpg', 'later');
    (await world.run(args)).expectExit(0);
    await assertWhole(roots, { ...OBJECTS, 'later.jpg': Buffer.from('later') });
  });

  test(`${name}, without inodes: it goes on`, async (t) => {
    const setting = await open(t, name === 'tmpfs' ? (t) => smallDisk(t, 'size=16m,nr_inodes=2000') : medium);
    if (setting === undefined) return;
    const { world, roots, args } = setting;
    const { running, letGo } = await startHeld(setting);
    fillInodes(roots[0]);
    letGo();
    const ended = (await running.result).expectExit(0);
    assert.deepEqual([ended.summary.listed, ended.summary.failed], [ALL, 0]);
    await assertWhole(roots);
    assert.equal((await world.run(args)).expectExit(0).summary.skipped, ALL);
  });
}

test('filled by the run itself: it goes on', async (t) => {
  const objects: Record<string, Buffer> = Object.fromEntries(
    Array.from({ length: 120 }, (_, at) => [`d${at % 40}/${at}.jpg`, bytesFor(`${at}`, 100_000)]),
  );
  const setting = await open(t, (t) => smallDisk(t, 'size=3m'), objects);
  if (setting === undefined) return;
  const { world, roots, args } = setting;
  (await world.run(args.toSpliced(4, 2))).expectExit(3);
  const ended = (await world.run(args)).expectExit(0);
  assert.deepEqual([ended.summary.stored, ended.summary.failed], [120, 0]);
  const sizes = await assertWhole(roots, objects);
  assert.ok(sizes[0]! > 10, `${sizes}`);
  assert.equal((await world.run(args)).expectExit(0).summary.skipped, 120);
});

test('full before the first run: a new disk that holds nothing is left out, wherever it stands, and taken when it has room', async (t) => {
  for (const [isFirst, medium] of [
    [true, MEDIA.tmpfs!],
    [false, MEDIA.tmpfs!],
    [true, MEDIA.ext4!],
  ] as const) {
    const setting = await open(t, medium);
    if (setting === undefined) return;
    const { world, roots } = setting;
    const filler = fillBytes(roots[0]);
    const order = isFirst ? roots : [...roots].reverse();
    const args = ['mirror', 'upyun://pics', ...order.flatMap((root) => ['--to', root]), '--json', '--reserve', '0'];
    const alone = (await world.run(args)).expectExit(0);
    assert.equal(alone.summary.stored, ALL);
    assert.match(
      alone.stderr,
      new RegExp(`${roots[0]} is full and holds nothing of this copy: this run leaves it out`),
    );
    await assertWhole([roots[1]]);
    empty(filler);
    const more = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`new${at}/1.jpg`, bytesFor(`${at}`, 9)]));
    for (const [key, bytes] of Object.entries(more)) world.bucket.put(key, bytes);
    assert.equal((await world.run(args)).expectExit(0).summary.stored, 40);
    await assertWhole(roots, { ...OBJECTS, ...more });
  }
});

test('full for a time: it takes files again, and its digests are complete', async (t) => {
  const setting = await open(t, MEDIA.tmpfs!);
  if (setting === undefined) return;
  const { world, roots } = setting;
  let goOn = () => {};
  const waitFor = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  world.server.faults.add({ match: { kind: 'get', key: /^f9/ }, action: { waitFor } });
  const { running, letGo } = await startHeld(setting);
  const filler = fillBytes(roots[0]);
  letGo();
  await until('the full disk', () => running.stderr().includes('is full and takes no more'));
  empty(filler);
  await until('its return', () => running.stderr().includes('takes files again'));
  goOn();
  (await running.result).expectExit(0);
  await assertWhole(roots);
  const to = roots.flatMap((root) => ['--to', root]);
  (await world.run(['verify', 'upyun://pics', ...to, '--checksum', '--extra'])).expectExit(0);
  const room = [0, 1, 2, 3].map((piece) => statSync(join(roots[0], '.sluice', `reserve.${piece}`)).size);
  assert.equal(new Set(room).size, 1, `all of it is set aside again: ${room}`);
});

test('a job with more pages than its room could hold is compacted in time, and all failures are in the list', async (t) => {
  const objects: Record<string, Buffer> = Object.fromEntries(
    Array.from({ length: 1500 }, (_, at) => [`${'long '.repeat(30)}${at}/${at}.jpg`, bytesFor(`${at}`, 20)]),
  );
  const setting = await open(t, (t) => smallDisk(t, 'size=8m'), objects);
  if (setting === undefined) return;
  const { world, roots, args } = setting;
  world.server.faults.add({ match: { kind: 'get', key: /00\.jpg$/ }, action: { status: 403 } });
  args.push('--list-concurrency', '1', '--page-size', '50');
  const { running, letGo } = await startHeld(setting);
  fillBytes(roots[0]);
  letGo();
  const ended = (await running.result).expectExit(1);
  assert.deepEqual([ended.summary.listed, ended.summary.failed], [1500, 14]);
  assert.equal((await readFailures(roots[0])).length, 14);
  const { sequence } = loadJob(journalIn(roots[0]));
  assert.ok(sequence > 1000, `${sequence} lines`);
});

test('a manifest and a list of failures on that disk are written, too', async (t) => {
  const setting = await open(t, MEDIA.ext4!);
  if (setting === undefined) return;
  const { world, roots, args } = setting;
  world.server.faults.add({ match: { kind: 'get', key: /^f9.*3\.jpg$/ }, action: { status: 403 } });
  const manifest = join(roots[0], 'manifest.ndjson');
  args.push('--manifest', manifest, '--failures', join(roots[0], 'failed.ndjson'));
  const { running, letGo } = await startHeld(setting);
  fillBytes(roots[0]);
  letGo();
  const { stored, failed } = (await running.result).expectExit(1).summary;
  const lines = (await readFile(manifest, 'utf8')).trimEnd().split('\n');
  assert.deepEqual([lines.length, stored + failed], [stored, ALL]);
  for (const line of lines) JSON.parse(line);
  assert.equal((await readFailures(roots[0], join(roots[0], 'failed.ndjson'))).length, failed);
});

test('fetch goes on, too, and its list of failures is complete', async (t) => {
  const setting = await open(t, MEDIA.ext4!);
  if (setting === undefined) return;
  const { world, roots } = setting;
  world.server.faults.add({ match: { kind: 'get', key: /^f9.*3\.jpg$/ }, action: { status: 403 } });
  const args = ['fetch', '--from', 'upyun://pics', ...roots.flatMap((root) => ['--to', root]), '--json'];
  args.push('--reserve', '0', '--concurrency', '4');
  const input = Object.keys(OBJECTS).join('\n');
  let letGo = () => {};
  const waitFor = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.faults.add({ match: { kind: 'get' }, action: { waitFor }, after: 100 });
  const running = world.start(args, { input });
  await until('a quarter of it', () => world.server.counters.get >= 104);
  fillBytes(roots[0]);
  letGo();
  const { stored, failed } = (await running.result).expectExit(1).summary;
  assert.deepEqual([stored + failed, failed], [ALL, 11]);
  assert.equal((await readFailures(roots[0])).length, 11);
});

test('a single disk that is full ends the run with 3, and its last checkpoint is there', async (t) => {
  for (const medium of Object.values(MEDIA)) {
    const setting = await open(t, medium);
    if (setting === undefined) return;
    const { world, roots } = setting;
    setting.args.splice(4, 2);
    const { running, letGo } = await startHeld(setting);
    const filler = fillBytes(roots[0]);
    letGo();
    const ended = (await running.result).expectExit(3);
    assert.match(ended.stderr, /"code":"ERR_NO_SPACE"/);
    const { state, problems } = loadJob(journalIn(roots[0]));
    const known = state!.knownTotals.stored;
    assert.deepEqual([problems, known], [[], ended.summary.stored]);
    (await world.run(setting.args)).expectExit(3);
    empty(filler);
    const rest = (await world.run(setting.args)).expectExit(0);
    assert.equal(rest.summary.stored, ALL);
    await assertWhole([roots[0]]);
  }
});

test('a single disk that is full to the last byte goes on with a disk more', async (t) => {
  for (const medium of Object.values(MEDIA)) {
    const setting = await open(t, medium);
    if (setting === undefined) return;
    const { world, roots, args } = setting;
    const alone = { ...setting, args: args.toSpliced(4, 2) };
    const { running, letGo } = await startHeld(alone);
    fillBytes(roots[0]);
    letGo();
    (await running.result).expectExit(3);
    fillBytes(roots[0], 'somebody more');
    const rest = (await world.run(args)).expectExit(0);
    assert.deepEqual([rest.summary.stored, rest.summary.failed], [ALL, 0]);
    await assertWhole(roots);
  }
});

test('the second of two disks is full to the last byte before the next run: it goes on', async (t) => {
  const setting = await open(t, MEDIA.ext4!);
  if (setting === undefined) return;
  const { world, roots } = setting;
  const args = ['mirror', 'upyun://pics', '--to', roots[1], '--to', roots[0], '--json', '--reserve', '0'];
  const held = world.server.faults.add({ match: { kind: 'get', key: /^f9/ }, action: { stallBeforeHeaders: true } });
  await killWhen(world.start(args), journalIn(roots[1]), ({ totals }) => totals.stored > 200);
  fillBytes(roots[0]);
  world.server.faults.remove(held);
  assert.equal((await world.run(args)).expectExit(0).summary.listed, ALL);
  await assertWhole(roots);
});

test('verify keeps what does not fit into memory on a disk with room', async (t) => {
  const setting = await open(t, MEDIA.ext4!);
  if (setting === undefined) return;
  const { world, roots, args } = setting;
  (await world.run(args)).expectExit(0);
  fillBytes(roots[0]);
  const to = roots.flatMap((root) => ['--to', root]);
  const before = readdirSync(join(roots[0], '.sluice'));
  // Nothing can be written there.
  const env = { TMPDIR: roots[0] };
  const extra = (await world.run(['verify', 'upyun://pics', ...to, '--checksum', '--extra'], { env })).expectExit(1);
  assert.match(extra.stdout, /"key":"somebody"/);
  assert.deepEqual(readdirSync(join(roots[0], '.sluice')), before, 'reserved space is not for verify');
});

test('a state of a list on a full disk goes on in its room, and leaves nothing of it beside', async (t) => {
  for (const medium of Object.values(MEDIA)) {
    const disk = medium(t);
    if (disk === undefined) return;
    const { server, start } = await openWorld(t, { objects: OBJECTS });
    const state = join(disk.root, 'state');
    let letGo = () => {};
    const waitFor = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    server.faults.add({ match: { kind: 'list' }, action: { waitFor }, after: 20 });
    const args = ['list', 'upyun://pics', '--state', state, '--json'];
    const running = start(args);
    await untilJob(state, 'some pages', ({ found }) => found > 40);
    const filler = fillBytes(disk.root);
    letGo();
    const { stdout } = (await running.result).expectExit(0);
    assert.equal(stdout.trimEnd().split('\n').length, ALL);
    assert.equal(loadJob(state).state?.isFinished, true);
    const left = ['state', 'state.failures', 'state.lock', 'state.previous', 'state.run', 'somebody', 'lost+found'];
    for (const name of readdirSync(disk.root)) assert.ok(left.includes(name), name);
    empty(filler);
  }
});
