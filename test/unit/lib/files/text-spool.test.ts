import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TextSpool } from '../../../../src/lib/files/text-spool.js';

function open(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-spool-'));
  const path = join(folder, 'spool');
  const spool = new TextSpool(path);
  t.after(() => {
    spool.close();
    rmSync(folder, { recursive: true });
  });
  return { spool, path };
}

test('a few lines stay in memory, many go to the file; they come back in their order', async (t) => {
  for (const count of [0, 3, 20_000]) {
    const { spool, path } = open(t);
    const lines = Array.from({ length: count }, (_, index) => `line ${index} 桜`);
    for (const line of lines) spool.add(line);
    assert.equal(existsSync(path), count > 3);
    const read: string[] = [];
    for await (const line of spool.read()) read.push(line);
    assert.deepEqual(read, lines);
  }
});
