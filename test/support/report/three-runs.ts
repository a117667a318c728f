// A job with all that can happen to one.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { untilStatus } from '../cli/asking.js';
import { bytesFor, manyObjects } from '../cli/contents.js';
import { openWorld, until, type World } from '../cli/harness.js';

export const LONG = `${'n'.repeat(300)}.jpg`;
export const HOSTILE = `a/<img src=x onerror=alert(1)>"'&\u202egpj.exe`;

const OBJECTS = {
  ...manyObjects(30, { folder: 'a/' }),
  ...manyObjects(5, { folder: 'b/', size: 5_000 }),
  ...manyObjects(2, { folder: 'forbidden/' }),
  'c/gone.jpg': bytesFor('gone', 1_000),
  [HOSTILE]: bytesFor('hostile', 1_000),
  [LONG]: bytesFor('long', 2_000),
};

/** Two volumes and three runs: killed, interrupted, and ended with failures. */
export async function threeRuns(t: TestContext): Promise<{ world: World; folders: string[]; mirror: string[] }> {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, start, folder } = world;
  const disks = [join(folder, 'disk1'), join(folder, 'disk2')];
  const folders = disks.flatMap((disk) => ['--to', disk]);
  const mirror = ['mirror', 'upyun://pics', ...folders, '--json', '--timeout', '1s', '--retries', '1'];
  server.faults.add({ match: { kind: 'get', key: /^forbidden\// }, action: { status: { status: 403 } } });
  server.faults.add({ match: { kind: 'get', key: HOSTILE }, action: { status: { status: 403 } } });
  server.faults.add({ match: { key: 'c/gone.jpg' }, action: { gone: true } });
  const hanging = server.faults.add({ match: { kind: 'get', key: /^b\// }, action: { stallBeforeHeaders: true } });
  const at = ['--to', disks[0]!];
  const first = start(mirror);
  await untilStatus(world, at, ({ done }) => Number(done) >= 30);
  first.child.kill('SIGKILL');
  await first.result;
  const { get: asked } = server.counters;
  const second = start(mirror);
  // (The server is asked only after the run is noted.)
  await until('requests of the second run', () => server.counters.get > asked);
  second.child.kill('SIGINT');
  (await second.result).expectExit(130);
  server.faults.remove(hanging);
  const page = join(folder, 'end', 'report.html');
  const third = (await start([...mirror, '--report', page]).result).expectExit(1);
  assert.ok(existsSync(page), third.stderr);
  return { world, folders, mirror };
}
