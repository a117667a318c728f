import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { KeyLines } from '../../../../src/sinks/digests/key-lines.js';

function open(t: TestContext): KeyLines {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-lines-'));
  const lines = new KeyLines(folder);
  t.after(async () => {
    await lines.close();
    rmSync(folder, { recursive: true });
  });
  return lines;
}

async function replacedBy(lines: KeyLines): Promise<number[]> {
  const replaced: number[] = [];
  await lines.settle((value) => replaced.push(value));
  return replaced.sort((one, other) => one - other);
}

test('nothing replaces anything where each key comes once', async (t) => {
  const lines = open(t);
  for (let line = 0; line < 5_000; line++) lines.add(`k${line}`, line, line);
  assert.deepEqual(await replacedBy(lines), []);
  assert.ok(lines.isLast('k7', 7) && lines.isLast('never', 1));
});

test('all lines of a key but the last are told, in whatever order they came', async (t) => {
  const lines = open(t);
  for (const line of [3, 1, 4, 2]) lines.add('a', line, line * 10);
  for (let line = 0; line < 2_000; line++) lines.add(`k${line}`, line, 0.5);
  lines.add('b', 9, -1);
  lines.add('b', 8, 7);
  assert.deepEqual(await replacedBy(lines), [7, 10, 20, 30]);
  assert.deepEqual([lines.isLast('a', 3), lines.isLast('a', 4), lines.isLast('b', 8)], [false, true, false]);
});

test('a key that comes without end takes no more memory than any other, and counts once', async (t) => {
  const lines = open(t);
  const count = 50_000;
  for (let line = 0; line < count; line++) lines.add('a', line, line);
  for (let line = 0; line < count; line++) lines.add(`k${line % (count / 2)}`, line, -1);
  const replaced = await replacedBy(lines);
  assert.equal(replaced.length, count - 1 + count / 2);
  assert.equal(replaced.at(-1), count - 2);
  assert.ok(lines.isLast('a', count - 1));
});
