// A disk goes away under a run while another one is healthy: the run goes on where that is safe, and nothing is called
// done or failed that is neither. (A renamed folder is to the command what an unmounted disk is.)

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until, type World } from '../../../support/cli/harness.js';
import { journalIn, untilJob } from '../../../support/cli/jobs.js';
import { readFailures, readTree } from '../../../support/cli/tree.js';

const EARLY = Object.assign(
  {},
  ...Array.from({ length: 12 }, (_, folder) => manyObjects(6, { folder: `early${folder}/` })),
);
const LATE = Object.assign(
  {},
  ...Array.from({ length: 12 }, (_, folder) => manyObjects(6, { folder: `late${folder}/` })),
);
const OBJECTS: Record<string, Buffer> = { ...EARLY, ...LATE };
const ALL = Object.keys(OBJECTS).length;

function command(volumes: readonly string[]): string[] {
  const to = volumes.flatMap((volume) => ['--to', volume]);
  return ['mirror', 'upyun://pics', ...to, '--reserve', '0', '--list-concurrency', '2', '--json'];
}

/** Holds back what late folders hold. */
function holdLate({ server }: World): () => void {
  let open = () => {};
  const waitFor = new Promise<void>((resolve) => {
    open = resolve;
  });
  server.faults.add({ match: { kind: 'list', key: /^late/ }, action: { waitFor } });
  return open;
}

/** A run of which everything early is stored, and that waits for its first late folder. */
async function startWaiting(world: World, volumes: readonly string[]) {
  const goOn = holdLate(world);
  const { result } = world.start(command(volumes));
  const isStored = (key: string) => volumes.some((volume) => existsSync(join(volume, key)));
  await until('everything early', () => Object.keys(EARLY).every(isStored));
  return { result, goOn };
}

async function open(t: TestContext) {
  const world = await openWorld(t, { objects: OBJECTS });
  return { world, volumes: [join(world.folder, 'one'), join(world.folder, 'two')] };
}

async function assertWhole(volumes: readonly string[]): Promise<void> {
  const found: string[] = [];
  for (const volume of volumes) {
    for (const [key, bytes] of await readTree(volume)) {
      assert.ok(bytes.equals(OBJECTS[key]!), key);
      found.push(key);
    }
  }
  assert.deepEqual(found.sort(), Object.keys(OBJECTS).sort());
}

for (const isFolderLeft of [false, true]) {
  test(`a disk that goes away in a first pass (${isFolderLeft ? 'an empty folder' : 'nothing'} stays): the other takes the rest, and the job waits for it`, async (t) => {
    const { world, volumes } = await open(t);
    const { result, goOn } = await startWaiting(world, volumes);
    await rename(volumes[1]!, `${volumes[1]}-away`);
    if (isFolderLeft) await mkdir(volumes[1]!);
    goOn();
    const ended = (await result).expectExit(3);
    assert.match(ended.stderr, /two takes no more files: /);
    assert.match(ended.stderr, /ERR_VOLUME/);
    const { failed, stored } = ended.summary;
    assert.deepEqual([failed, stored], [0, ALL], 'the run went on to the end of the bucket');
    const onOne = await readTree(volumes[0]!);
    for (const key of Object.keys(LATE)) assert.ok(onOne.has(key), `${key} went to the other disk`);
    // As long as it is away the job cannot go on.
    (await world.run(command(volumes))).expectExit(3);
    if (isFolderLeft) assert.deepEqual([...(await readTree(volumes[1]!)).keys()], [], 'the empty folder is not filled');
    await rm(volumes[1]!, { recursive: true, force: true });
    await rename(`${volumes[1]}-away`, volumes[1]!);
    const last = (await world.run(command(volumes))).expectExit(0);
    assert.deepEqual([last.summary.listed, last.summary.failed], [ALL, 0]);
    assert.equal(world.server.counters.get, ALL, 'nothing was fetched twice');
    await assertWhole(volumes);
  });
}

test('in a later pass nobody knows what lay on it: the run ends with 3, nothing is failed, and nothing is stored twice', async (t) => {
  const { world, volumes } = await open(t);
  (await world.run(command(volumes))).expectExit(0);
  const goOn = holdLate(world);
  const lists = world.server.counters.list;
  const { result } = world.start(command(volumes));
  await until('the listing', () => world.server.counters.list > lists + 6);
  await rename(volumes[1]!, `${volumes[1]}-away`);
  goOn();
  const ended = (await result).expectExit(3);
  assert.equal(ended.summary.failed, 0);
  await rename(`${volumes[1]}-away`, volumes[1]!);
  const last = (await world.run(command(volumes))).expectExit(0);
  assert.deepEqual([last.summary.listed, last.summary.stored], [ALL, 0]);
  assert.deepEqual(await readFailures(volumes[0]!), []);
  await assertWhole(volumes);
});

test('a folder that is deleted under the run, with all of it synced: the job is not called done', async (t) => {
  const { world, volumes } = await open(t);
  const { result, goOn } = await startWaiting(world, volumes);
  await untilJob(
    journalIn(volumes[0]!),
    'all of that is synced',
    ({ totals }) => totals.stored === Object.keys(EARLY).length,
  );
  await rm(volumes[1]!, { recursive: true });
  goOn();
  const ended = (await result).expectExit(3);
  assert.match(ended.stderr, /two is not there any more/);
  assert.equal(ended.summary.failed, 0);
});
