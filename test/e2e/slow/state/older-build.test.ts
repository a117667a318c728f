// A job that an older build has begun goes on: its files as that build wrote them, killed in the middle.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { decodeLine, encodeLine } from '../../../../src/lib/line-log/line-log.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertSpread } from '../../../support/cli/shared.js';

interface Recorded {
  /** The command that was killed, and where. */
  readonly made: string;
  /** The folder that it ran in, as the files name it. */
  readonly base: string;
  readonly files: readonly { path: string; base64?: string; mtimeMs?: number; reserve?: number }[];
}

const RECORDED: Recorded = JSON.parse(
  readFileSync(new URL('../../../../../test/fixtures/killed-mirror.json', import.meta.url), 'utf8'),
);

const OBJECTS: Record<string, Buffer> = {
  ...manyObjects(40, { folder: 'a/', size: 100 }),
  ...manyObjects(40, { folder: 'b/', size: 100 }),
  ...manyObjects(40, { folder: 'c/d/', size: 100 }),
  'c//odd.jpg': Buffer.from('odd'),
};

const MIRROR = ['mirror', 'upyun://pics', '--to', 'one', '--to', 'two', '--page-size', '50', '--json'];

/** Writes the files below `folder`, as if the older build had run there. */
function restore({ base, files }: Recorded, folder: string): void {
  for (const { path, base64, mtimeMs, reserve } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    const bytes = Buffer.from(base64 ?? '', 'base64');
    writeFileSync(target, bytes.includes(base) ? moved(bytes.toString(), { path, base, folder }) : bytes);
    if (reserve !== undefined) truncateSync(target, reserve);
    if (mtimeMs !== undefined) utimesSync(target, mtimeMs / 1_000, mtimeMs / 1_000);
  }
}

/** The same text with the new folder; the lines of a journal check themselves. */
function moved(text: string, { path, base, folder }: { path: string; base: string; folder: string }): string {
  const replaced = (part: string) => part.replaceAll(base, folder);
  if (!path.endsWith('/journal')) return replaced(text);
  const lines = text.split('\n').map((line) => {
    const decoded = line.includes(base) ? decodeLine(line) : undefined;
    return decoded === undefined
      ? line
      : encodeLine(decoded.sequence, JSON.parse(replaced(JSON.stringify(decoded.value)))).trimEnd();
  });
  return lines.join('\n');
}

test('what an older build has begun is told by status, goes on, is not fetched again, and is verified', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  restore(RECORDED, world.folder);
  const stored = RECORDED.files.filter(({ path }) => path.endsWith('.jpg')).length;
  assert.ok(stored > 10 && stored < 100, `${stored} were stored`);
  const status = await world.run(['status', '--to', 'one', '--json']);
  assert.deepEqual([status.lines[0]?.state, status.lines[0]?.runs], ['interrupted', 1]);

  const files = ['--failures', 'failures.ndjson', '--manifest', 'manifest.ndjson'];
  const result = (await world.run([...MIRROR, ...files])).expectExit(0);
  assert.equal((result.summary as unknown as { runs: number }).runs, 2);
  const count = Object.keys(OBJECTS).length;
  assert.ok(world.server.counters.get <= count - stored, `${world.server.counters.get} requests for objects`);
  await assertSpread([join(world.folder, 'one'), join(world.folder, 'two')], OBJECTS);

  const manifest = readFileSync(join(world.folder, 'manifest.ndjson'));
  const options = ['--to', 'one', '--to', 'two', '--checksum', '--extra', '--json'];
  const verified = await world.run(['verify', '-', ...options], { input: manifest });
  const { alike, different } = verified.expectExit(0).summary as unknown as Record<string, number>;
  assert.deepEqual([alike, different], [count, 0]);
});

test('another SOURCE, and another list of disks, are refused as before', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  restore(RECORDED, world.folder);
  (await world.run(['mirror', 'upyun://pics/a', ...MIRROR.slice(2)])).expectExit(2);
  (await world.run(['mirror', 'upyun://pics', '--to', 'one', '--page-size', '50', '--json'])).expectExit(2);
  assert.equal(world.server.counters.get, 0);
});
