// A queue of lines that is longer than memory.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { LineFifo } from '../../../../src/lib/files/line-fifo.js';
import { tempFolder } from '../../../support/disks/files.js';

test('lines come back in their order, whether they were written to files or not', async (t) => {
  const folder = join(tempFolder(t), 'fifo');
  const fifo = new LineFifo(folder, { chunkChars: 100 });
  const expected: string[] = [];
  const got: string[] = [];
  for (let round = 0; round < 40; round++) {
    for (let count = 0; count < 37; count++) {
      const line = `${round} ${count} 文件`;
      expected.push(line);
      await fifo.push(line);
    }
    if (round % 3 === 0) got.push(...(await fifo.shift()));
    assert.equal(fifo.size, expected.length - got.length);
  }
  assert.ok(existsSync(folder));
  while (fifo.size > 0) got.push(...(await fifo.shift()));
  assert.deepEqual(got, expected);
  assert.deepEqual(await fifo.shift(), []);
  await fifo.close();
  assert.ok(!existsSync(folder));
});
