// A log in files of bounded size: no half line, whatever happens to the files and to the disk.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RotatingLog } from '../../../../src/lib/files/rotating-log.js';
import { tempFolder } from '../../../support/disks/files.js';
import { fillBytes } from '../../../support/disks/full-disk.js';
import { smallDisk } from '../../../support/disks/mounts.js';
import { until } from '../../../support/waiting.js';

const line = (number: number) => JSON.stringify({ n: number, text: 'x'.repeat(80) });
const numbersIn = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text).n as number);

async function openLog(t: TestContext, { folder = tempFolder(t), bytes = 1_000, files = 3 } = {}) {
  const path = join(folder, 'log');
  const told: string[] = [];
  const log = await RotatingLog.open(path, {
    ...{ bytes, files, start: '{"n":', retryMs: 0 },
    onTrouble: ({ code }) => told.push(`trouble ${code}`),
    onBack: (lost) => told.push(`back ${lost}`),
    onGrowing: ({ code }) => told.push(`growing ${code}`),
  });
  return { folder, path, log, told };
}

test('at most so many files of at most that size, the newest without a number, and all lines in order', async (t) => {
  const { folder, path, log, told } = await openLog(t);
  for (let number = 0; number < 100; number++) log.write(line(number));
  await log.end();
  assert.deepEqual(readdirSync(folder).sort(), ['log', 'log.1', 'log.2']);
  const kept = [`${path}.2`, `${path}.1`, path].flatMap(numbersIn);
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, at) => 100 - kept.length + at),
  );
  for (const name of readdirSync(folder)) assert.ok(statSync(join(folder, name)).size <= 1_000);
  assert.ok(kept.length >= 20, `${kept.length}`);
  assert.deepEqual(told, []);
  const again = await openLog(t, { folder });
  again.log.write(line(100));
  await again.log.end();
  assert.equal(numbersIn(path).at(-1), 100);
});

test('the rest of a broken line is cut off; the text of another program stays', async (t) => {
  const { folder, path, log } = await openLog(t);
  log.write(line(1));
  await log.end();
  appendFileSync(path, '{"n":2,"te');
  const again = await openLog(t, { folder });
  again.log.write(line(3));
  await again.log.end();
  assert.deepEqual(numbersIn(path), [1, 3]);
  writeFileSync(path, 'a note');
  const foreign = await openLog(t, { folder });
  foreign.log.write(line(4));
  await foreign.log.end();
  assert.equal(readFileSync(path, 'utf8'), `a note\n${line(4)}\n`);
});

test('a file that logrotate has moved away is left alone, and a new one begins', async (t) => {
  const { path, log, told } = await openLog(t);
  log.write(line(1));
  await until(() => statSync(path).size > 0, 'the first line');
  renameSync(path, `${path}.old`);
  log.write(line(2));
  await log.end();
  assert.deepEqual([numbersIn(`${path}.old`), numbersIn(path), told], [[1], [2], []]);
});

test('a file that logrotate has cut is filled again, and does not count as full', async (t) => {
  const { folder, path, log } = await openLog(t, { bytes: 250 });
  log.write(line(1));
  log.write(line(2));
  await until(() => numbersIn(path).length === 2, 'both lines are written');
  truncateSync(path);
  log.write(line(3));
  await log.end();
  assert.deepEqual(readdirSync(folder), ['log']);
  assert.deepEqual(numbersIn(path), [3]);
});

test('a folder that is removed is said once, costs nothing once it is back, and is not made', async (t) => {
  const { folder, path, log, told } = await openLog(t);
  rmSync(folder, { recursive: true });
  log.write(line(1));
  await until(() => told.length > 0, 'the trouble');
  log.write(line(2));
  await log.end();
  assert.deepEqual([told, existsSync(folder)], [['trouble ENOENT'], false]);
  mkdirSync(folder);
  log.write(line(3));
  await log.end();
  assert.deepEqual(
    [told, numbersIn(path)],
    [
      ['trouble ENOENT', 'back 0'],
      [1, 2, 3],
    ],
  );
});

test('a file that cannot be rotated grows, which is said once', async (t) => {
  const { path, log, told } = await openLog(t);
  mkdirSync(`${path}.1/full`, { recursive: true });
  mkdirSync(`${path}.2/full`, { recursive: true });
  for (let number = 0; number < 60; number++) log.write(line(number));
  await log.end();
  assert.equal(told.length, 1);
  assert.match(told[0]!, /^growing E/);
  assert.equal(numbersIn(path).length, 60);
});

test('a full disk: no half line, and what memory holds is written when there is space again', async (t) => {
  const disk = smallDisk(t, 'size=200k');
  if (disk === undefined) return;
  const { path, log, told } = await openLog(t, { folder: disk.root, bytes: 40_000 });
  log.write(line(0));
  await until(() => statSync(path).size > 0, 'the first line');
  const filler = fillBytes(disk.root);
  for (let number = 1; number < 200; number++) log.write(line(number));
  await until(() => told.length > 0, 'the trouble');
  const before = numbersIn(path);
  for (let number = 200; number < 15_000; number++) log.write(line(number));
  rmSync(filler);
  await log.end();
  await until(() => told.length > 1, 'the end of the trouble');
  const kept = [`${path}.2`, `${path}.1`, path].filter(existsSync).flatMap(numbersIn);
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, at) => kept[0]! + at),
  );
  assert.ok(kept.at(-1)! > before.at(-1)!);
  assert.equal(told[0], 'trouble ENOSPC');
  assert.match(told[1]!, /^back [1-9]/);
});

test('what waits is written at once for a process that ends', async (t) => {
  const { path, log } = await openLog(t, { bytes: 100_000 });
  for (let number = 0; number < 50; number++) log.write(line(number));
  log.flushSync();
  assert.deepEqual(
    numbersIn(path),
    Array.from({ length: 50 }, (_, at) => at),
  );
  await log.end();
});

test('a pipe in the place of the log never stops the process', async (t) => {
  const { path, log, told } = await openLog(t);
  log.write(line(1));
  await until(() => numbersIn(path).length === 1, 'the line');
  rmSync(path);
  execFileSync('mkfifo', [path]);
  log.write(line(2));
  await until(() => told.length > 0, 'the trouble');
  log.flushSync();
  assert.deepEqual(told, ['trouble EINVAL']);
});
