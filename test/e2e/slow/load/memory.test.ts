// Listed, flattened and looked up: memory is the same after a hundred thousand objects and after ten million.
// SLUICE_MEMORY_OBJECTS=10000000 takes two minutes.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { proceduralBucket } from '../../../fakes/buckets/procedural-bucket.js';
import { openWorld } from '../../../support/cli/harness.js';

const OBJECTS = Number(process.env.SLUICE_MEMORY_OBJECTS ?? 1_000_000);
const OBJECTS_A_FOLDER = 1_000;
/** A collector lets memory go up and down: its value at a hundred thousand is the largest of the hundred thousand that follow. */
const WARM = [100_000, 200_000] as const;
const GROWTH_LIMIT_BYTES = 20 * 1024 * 1024;

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    // It has just ended.
    return 0;
  }
}

test(`${OBJECTS} objects through list, flatten and dedupe: memory stays within 20 MB of its value at 100,000`, {
  skip: !existsSync('/proc/self/status') && 'only Linux tells how much memory another process has',
  timeout: 900_000,
}, async (t) => {
  const bucket = proceduralBucket({
    directories: [100, OBJECTS / OBJECTS_A_FOLDER / 100],
    objectsPerDirectory: OBJECTS_A_FOLDER,
  });
  const { start, to } = await openWorld(t, { buckets: { pics: bucket }, logLimit: 0 });
  const { child, result } = start(['mirror', 'upyun://pics', '--to', to, '--dry-run', '--quiet'], {
    timeoutMs: 800_000,
  });
  let lines = 0;
  let warmBytes = 0;
  let laterBytes = 0;
  child.stdout.removeAllListeners('data').on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
    const bytes = residentBytes(child.pid!);
    if (lines < WARM[0]) return;
    if (lines < WARM[1]) warmBytes = Math.max(warmBytes, bytes);
    else laterBytes = Math.max(laterBytes, bytes);
  });
  (await result).expectExit(0);
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  t.diagnostic(`${megabytes(warmBytes)} MB at 100,000, at most ${megabytes(laterBytes)} MB later`);
  assert.equal(lines, OBJECTS);
  assert.ok(
    laterBytes < warmBytes + GROWTH_LIMIT_BYTES,
    `${megabytes(warmBytes)} MB, later ${megabytes(laterBytes)} MB`,
  );
});
