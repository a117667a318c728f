// An error, a panic and an abort in every stage in turn: the run ends with the right code, holds nothing any more, and
// the next run finds a state that it can go on from.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import type { CliResult } from '../../../support/cli/result.js';
import { assertPartOf, assertTree, tempFiles } from '../../../support/cli/tree.js';
import { sabotage } from '../../../support/sabotage/sabotage.js';

const REPORT = new URL('../../../support/sabotage/report.js', import.meta.url).href;
const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: 4 }, (_, folder) => manyObjects(15, { folder: `d${folder}/` })),
);
const LINES = Object.keys(OBJECTS).join('\n');

const KINDS = ['error', 'panic', 'abort'] as const;

/** Each place with the passage at which it goes wrong: not the first, so that there is something under way. */
const MIRROR: [place: string, at: number][] = [
  ['stages/list listBatches', 2],
  ['queue/memory-queue MemoryQueue.put', 3],
  ['queue/memory-queue MemoryQueue.ack', 2],
  ['stages/select createSelect', 2],
  ['stages/flatten createFlatten', 2],
  ['stages/dedupe createDedupe', 2],
  ['stages/intake Intake._write', 2],
  ['stages/fetch createFetch', 20],
  ['stages/write createWrite', 20],
  ['stages/settle createSettle', 20],
  ['journal/checkpointer Checkpointer.acknowledged', 2],
  ['journal/checkpointer Checkpointer.run', 1],
];
/** A request that fails, and a file that cannot be written, for whatever reason, are tried again. */
const AGAIN: typeof MIRROR = [
  ['sources/upyun/get createSignedGet', 20],
  ['sinks/thread/files VolumeFiles.store', 20],
];
const FETCH: typeof MIRROR = [
  ['stages/read readInput', 1],
  ['stages/read splitLines', 1],
  ['stages/read linesParser', 1],
  ['stages/read toBatches', 1],
];
const LIST: typeof MIRROR = [['stages/print createPrint', 2]];
const VERIFY: typeof MIRROR = [
  ['stages/verify/compare createCompare', 2],
  ['stages/verify/findings createFindings', 2],
];

async function open(t: TestContext, plan: string) {
  const world = await openWorld(t, { objects: OBJECTS, faults: [{ match: { kind: 'get' }, action: { delayMs: 3 } }] });
  const report = join(world.folder, 'held.json');
  const { cli, env } = sabotage(plan);
  const options = { cli, env: { ...env, NODE_OPTIONS: `--import ${REPORT}`, SLUICE_SABOTAGE_REPORT: report } };
  return {
    ...world,
    options,
    held: () => JSON.parse(readFileSync(report, 'utf8').trim().split('\n').at(-1)!) as string[],
  };
}

/** A defect ends a run with 3, an abort with 130. */
function assertEnd(result: CliResult, kind: (typeof KINDS)[number], held: readonly string[]): void {
  if (kind === 'abort') result.expectExit(130);
  else {
    result.expectExit(3);
    assert.match(result.stderr, /sabotage/);
    assert.match(result.stderr, /ERR_INTERNAL/);
  }
  assert.deepEqual(
    held.filter((resource) => /TCP|FSReq|Pipe.*Connect/.test(resource)),
    [],
  );
}

async function assertGoesOn({ to, mirror }: World): Promise<void> {
  await assertPartOf(to, OBJECTS);
  const { summary, counts } = (await mirror()).expectExit(0);
  assert.equal(counts.listed, 60);
  assert.equal(summary.stored + summary.skipped, 60);
  await assertTree(to, OBJECTS);
  assert.deepEqual(await tempFiles(to), []);
}

for (const kind of KINDS) {
  for (const [place, at] of MIRROR) {
    test(`mirror: ${kind} in ${place}`, async (t) => {
      const world = await open(t, `${place} ${kind} ${at}`);
      const args = ['mirror', 'upyun://pics', '--to', world.to, '--json', '--list-concurrency', '1'];
      const result = await world.run(args, world.options);
      assertEnd(result, kind, world.held());
      assert.deepEqual(await tempFiles(world.to), []);
      await assertGoesOn(world);
    });
  }
  for (const [place, at] of AGAIN) {
    test(`mirror: ${kind} in ${place}`, async (t) => {
      const world = await open(t, `${place} ${kind} ${at}`);
      const result = await world.run(['mirror', 'upyun://pics', '--to', world.to, '--json'], world.options);
      if (kind === 'abort') assertEnd(result, kind, world.held());
      // A rejection that nobody expects of a synchronous call: the thread of the disk dies of it.
      else if (kind === 'error' && place.startsWith('sinks')) result.expectExit(3);
      else
        assert.ok(result.expectExit(0).summary.stored === 60 && result.stderr.includes('"retries":1'), result.stderr);
      assert.deepEqual(await tempFiles(world.to), []);
      await assertGoesOn(world);
    });
  }
  for (const [place, at] of FETCH) {
    test(`fetch: ${kind} in ${place}`, async (t) => {
      const world = await open(t, `${place} ${kind} ${at}`);
      const args = ['fetch', '--from', 'upyun://pics', '--to', world.to, '--json'];
      const result = await world.run(args, { ...world.options, input: LINES });
      assertEnd(result, kind, world.held());
      (await world.fetch(LINES)).expectExit(0);
      await assertTree(world.to, OBJECTS);
    });
  }
  for (const [place, at] of LIST) {
    test(`list: ${kind} in ${place}`, async (t) => {
      const world = await open(t, `${place} ${kind} ${at}`);
      const result = await world.run(['list', 'upyun://pics', '--json', '--list-concurrency', '1'], world.options);
      assertEnd(result, kind, world.held());
    });
  }
  for (const [place, at] of VERIFY) {
    test(`verify: ${kind} in ${place}`, async (t) => {
      const world = await open(t, `${place} ${kind} ${at}`);
      (await world.mirror('--limit', '30')).expectExit(0);
      const args = ['verify', 'upyun://pics', '--to', world.to, '--json', '--list-concurrency', '1'];
      const result = await world.run(args, world.options);
      assertEnd(result, kind, world.held());
    });
  }
}
