// Long, with 2 % of faults: memory stays as it is after the beginning, and every request is accounted for.
// SLUICE_SOAK_OBJECTS makes it longer; 200,000 take two minutes.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { proceduralBucket } from '../../../fakes/buckets/procedural-bucket.js';
import type { Fault } from '../../../fakes/wire/fault-script.js';
import { openWorld } from '../../../support/cli/harness.js';

const OBJECTS = Number(process.env.SLUICE_SOAK_OBJECTS ?? 20_000);
const MIB = 1024 * 1024;

test(`${OBJECTS} objects with 2 % of faults: memory is flat, and the requests add up`, {
  skip: !existsSync('/proc/self/status') && 'only Linux tells how much memory another process has',
  timeout: 900_000,
}, async (t) => {
  const bucket = proceduralBucket({
    directories: [OBJECTS / 100],
    objectsPerDirectory: 100,
    sizes: { medianBytes: 500, maxBytes: 5_000 },
  });
  const { server, to, start } = await openWorld(t, { buckets: { pics: bucket }, logLimit: 0 });
  const reset: Fault = { match: { kind: 'get' }, action: { resetBeforeHeaders: true }, probability: 0.005, seed: 2 };
  server.faults.add(reset);
  for (const [seed, action] of [{ status: 500 }, { status: 429 }, { wrongBytes: true }].entries()) {
    server.faults.add({ match: { kind: 'get' }, action, probability: 0.005, seed: seed === 2 ? 3 : seed });
  }
  const { child, result } = start([
    'mirror',
    'upyun://pics',
    '--to',
    to,
    '--json',
    '--quiet',
    '--reserve',
    '0',
    '--durability',
    'none',
  ]);
  const tenths: number[] = Array(10).fill(0);
  const timer = setInterval(() => {
    const rss = residentBytes(child.pid!);
    const tenth = Math.min(9, Math.floor((server.counters.get / OBJECTS) * 10));
    if (rss !== undefined) tenths[tenth] = Math.max(tenths[tenth]!, rss);
  }, 50);
  const ended = (await result.finally(() => clearInterval(timer))).expectExit(0);
  const { listed, stored, failed } = ended.summary;
  assert.deepEqual([listed, stored, failed], [OBJECTS, OBJECTS, 0]);
  const { retries } = ended.summary as unknown as { retries: number };
  // A kept connection that is reset without an answer is no attempt: the request goes out again, and that is no retry.
  const unexplained = server.counters.get - stored - retries - server.faults.fired(reset);
  assert.ok(Math.abs(unexplained) <= 20, `${unexplained} requests that are neither stored nor repeated`);
  t.diagnostic(`MiB in each tenth: ${tenths.map((bytes) => Math.round(bytes / MIB)).join(' ')}; ${retries} retries`);
  assert.ok(
    tenths[9]! < Math.max(tenths[1]!, tenths[2]!) * 1.25 + 16 * MIB,
    `grew: ${tenths.map((bytes) => Math.round(bytes / MIB))}`,
  );
});

function residentBytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
