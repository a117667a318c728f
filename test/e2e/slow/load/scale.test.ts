// A million objects in ten thousand folders: listing and looking them up needs as much memory as for a hundred thousand,
// and a journal of some megabytes. SLUICE_SCALE_OBJECTS makes it smaller or larger.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { proceduralBucket } from '../../../fakes/buckets/procedural-bucket.js';
import { openWorld, type Running } from '../../../support/cli/harness.js';

const OBJECTS = Number(process.env.SLUICE_SCALE_OBJECTS ?? 1_000_000);
const FOLDERS = [100, 100];
const MIB = 1024 * 1024;

/** Most memory that the process has had, as far as it was looked at. */
async function peakBytes({ child, result }: Running): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has just ended.
    }
  }, 50);
  try {
    (await result).expectExit(0);
    return peak;
  } finally {
    clearInterval(timer);
  }
}

test(`${OBJECTS} objects: memory does not grow with the bucket, and the journal stays small`, {
  skip: !existsSync('/proc/self/status') && 'only Linux tells how much memory another process has had',
  timeout: 300_000,
}, async (t) => {
  const bucketOf = (objects: number) =>
    proceduralBucket({ directories: FOLDERS, objectsPerDirectory: objects / (FOLDERS[0]! * FOLDERS[1]!) });
  const { folder, start, to } = await openWorld(t, {
    buckets: { small: bucketOf(OBJECTS / 10), large: bucketOf(OBJECTS) },
  });
  const figures: Record<string, { listBytes: number; lookUpBytes: number; journalBytes: number }> = {};
  for (const bucket of ['small', 'large']) {
    const state = join(folder, bucket);
    const options = ['--quiet', '--list-concurrency', '16'];
    const list = start(['list', `upyun://${bucket}`, '--state', state, ...options]);
    list.child.stdout.removeAllListeners('data').resume();
    const listBytes = await peakBytes(list);
    const lookUp = start(['mirror', `upyun://${bucket}`, '--to', to, '--dry-run', ...options]);
    lookUp.child.stdout.removeAllListeners('data').resume();
    const lookUpBytes = await peakBytes(lookUp);
    figures[bucket] = { listBytes, lookUpBytes, journalBytes: statSync(state).size };
  }
  const { small, large } = figures as { small: (typeof figures)[string]; large: (typeof figures)[string] };
  t.diagnostic(JSON.stringify(figures));
  for (const [few, many] of [
    [small.listBytes, large.listBytes],
    [small.lookUpBytes, large.lookUpBytes],
  ] as const) {
    assert.ok(many < few + 64 * MIB, `${Math.round(few / MIB)} MiB became ${Math.round(many / MIB)} MiB`);
  }
  // Compacted beyond 4 MiB; pages that are done leave nothing behind.
  assert.ok(large.journalBytes < 8 * MIB, `${large.journalBytes} bytes of journal`);
});
