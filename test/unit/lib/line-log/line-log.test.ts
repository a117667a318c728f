// Lines that check themselves: what was written comes back, and nothing else is ever taken for it.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { decodeLine, encodeLine, LineLog, readLog } from '../../../../src/lib/line-log/line-log.js';
import { tempFolder } from '../../../support/disks/files.js';

const values = ['a', { b: 'ü\n\u2028' }, [1, null], '\ud83d', 'x'.repeat(300)];

test('what was appended is read again, in order and without gaps', async (t) => {
  const path = join(tempFolder(t), 'log');
  const log = await LineLog.create(path, 41);
  await log.append(values.slice(0, 2));
  await log.append(values.slice(2));
  await log.sync();
  await log.close();
  const { lines, gaps, sizeBytes } = readLog(path);
  assert.deepEqual(
    lines.map(({ value }) => value),
    values,
  );
  assert.deepEqual(
    lines.map(({ sequence }) => sequence),
    [42, 43, 44, 45, 46],
  );
  assert.deepEqual([gaps, sizeBytes, log.sizeBytes, log.sequence], [0, readFileSync(path).length, sizeBytes, 46]);
});

test('a file that is not there, or cannot be, is empty', (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'file'), '');
  for (const path of [join(folder, 'none'), join(folder, 'file', 'none')]) assert.deepEqual(readLog(path).lines, []);
});

test('a torn end is no gap; a damaged place with something behind it is one', async (t) => {
  const path = join(tempFolder(t), 'log');
  const text = values.map((value, index) => encodeLine(index + 1, value));
  writeFileSync(path, text.join('').slice(0, -5));
  assert.deepEqual([readLog(path).lines.length, readLog(path).gaps], [4, 0]);
  writeFileSync(path, [text[0], 'rubbish\n', text[2], text[3]].join(''));
  assert.deepEqual(
    readLog(path).lines.map(({ isAfterGap }) => isAfterGap),
    [false, true, false],
  );
  assert.equal(readLog(path).gaps, 1);
  writeFileSync(path, [text[0], text[2]].join(''));
  assert.equal(readLog(path).gaps, 1, 'a line that is missing is seen by the numbers');
  appendFileSync(path, 'rubbish without an end');
  assert.equal(readLog(path).gaps, 1);
});

test('no line with a flipped bit, cut or glued to another is taken for a valid one', () => {
  const line = encodeLine(7, { t: 'page', n: 12, d: 'a/b', x: 'cursor' }).slice(0, -1);
  assert.deepEqual(decodeLine(line), { sequence: 7, value: { t: 'page', n: 12, d: 'a/b', x: 'cursor' } });
  const bytes = Buffer.from(line);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(decodeLine(damaged.toString()), undefined, `bit ${bit}`);
  }
  for (let end = 0; end < line.length; end++) assert.equal(decodeLine(line.slice(0, end)), undefined);
  assert.equal(decodeLine(line + line), undefined);
});

test('reads rubbish of any kind without a valid line or an exception', (t) => {
  const path = join(tempFolder(t), 'log');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      writeFileSync(path, bytes);
      assert.deepEqual(readLog(path).lines, []);
    }),
    { numRuns: 200 },
  );
});
