// One object larger than the memory a run may use passes through in pieces.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { sizedObject } from '../../../fakes/buckets/procedural-body.js';
import { openWorld } from '../../../support/cli/harness.js';

const MIB = 2 ** 20;
const LARGE_BYTES = 320 * MIB;
/** Node itself takes about 100 MiB; whoever keeps the body in memory needs 420. */
const LIMIT_BYTES = 250 * MIB;

/** Loaded into the run: writes down the most memory it ever had, when it exits. */
function peakRecorder(path: string): string {
  const script = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    const write = () => writeFileSync(${JSON.stringify(path)}, readFileSync('/proc/self/status', 'utf8'));
    if (isMainThread) process.on('exit', write);`;
  return `--import data:text/javascript,${encodeURIComponent(script)}`;
}

async function peakBytes(path: string): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(path, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

test('320 MiB in one object are stored right, in bounded memory', async (t) => {
  if (!existsSync('/proc/self/status')) return t.skip('no /proc here, so nothing tells the memory of a process');
  const body = sizedObject(LARGE_BYTES);
  const { folder, to, run } = await openWorld(t, { objects: { 'film.mp4': body } });
  const status = join(folder, 'status');
  const env = { NODE_OPTIONS: peakRecorder(status) };
  (await run(['mirror', 'upyun://pics', '--to', to], { env })).expectExit(0);

  const path = join(to, 'film.mp4');
  assert.equal(statSync(path).size, LARGE_BYTES);
  const hash = createHash('md5');
  await pipeline(createReadStream(path), hash);
  assert.equal(hash.digest('hex'), await body.md5());
  const peak = await peakBytes(status);
  t.diagnostic(`at most ${Math.round(peak / MIB)} MiB of memory`);
  assert.ok(peak > 30 * MIB && peak < LIMIT_BYTES, `${Math.round(peak / MIB)} MiB of memory`);
});

test('many bodies at once stay within the buffer, however many connections there are', async (t) => {
  if (!existsSync('/proc/self/status')) return t.skip('no /proc here, so nothing tells the memory of a process');
  const body = sizedObject(MIB);
  const objects = Object.fromEntries(Array.from({ length: 300 }, (_, number) => [`${number}.bin`, body]));
  const { folder, to, run } = await openWorld(t, { objects });
  const status = join(folder, 'status');
  const args = ['mirror', 'upyun://pics', '--to', to, '--concurrency', '300', '--buffer-size', '8M'];
  (await run(args, { env: { NODE_OPTIONS: peakRecorder(status) } })).expectExit(0);
  const peak = await peakBytes(status);
  t.diagnostic(`at most ${Math.round(peak / MIB)} MiB of memory`);
  assert.ok(peak < LIMIT_BYTES, `${Math.round(peak / MIB)} MiB of memory`);
});
