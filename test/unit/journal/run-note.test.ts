import assert from 'node:assert/strict';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { RunNote, readRunNote, type Wait } from '../../../src/journal/run-note.js';
import { smallDisk } from '../../support/disks/mounts.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-note-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test('the last word is there, however soon it comes, with its reason, cut where it is long', async (t) => {
  const path = join(folder(t), 'run.json');
  const note = RunNote.begin(path, { job: 'x', run: 3 });
  await note.end('failed', { code: 'ERR_DISK', message: 'm'.repeat(100_000) });
  const { job, run, end, code, message, pid } = readRunNote(path)!;
  assert.deepEqual([job, run, end, code, pid], ['x', 3, 'failed', 'ERR_DISK', process.pid]);
  assert.ok(message!.length <= 1_000);
  assert.ok(!existsSync(`${path}.new`));
});

test('what is waited for is written when it changes', async (t) => {
  const path = join(folder(t), 'run.json');
  const note = RunNote.begin(path, {});
  const waits: Wait[] = [{ what: 'outage', of: 'objects', since: '2026-01-01T00:00:00.000Z' }];
  note.follow(() => ({ waits }));
  const deadline = Date.now() + 30_000;
  while (readRunNote(path)?.waits.length !== 1) {
    assert.ok(Date.now() < deadline, 'it was never written');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(readRunNote(path)!.waits, waits);
  await note.end('finished', undefined);
  assert.deepEqual([readRunNote(path)!.waits, readRunNote(path)!.end], [[], 'finished']);
});

test('a folder that goes away ends nothing', async (t) => {
  const path = join(folder(t), 'none', 'run.json');
  const note = RunNote.begin(path, {});
  await note.end('interrupted', undefined);
  assert.equal(readRunNote(path), undefined);
  assert.throws(() => readFileSync(path));
});

test('on a disk without any room the last word is written where the first one lies', async (t) => {
  const disk = smallDisk(t, 'size=1m');
  if (disk === undefined) return;
  const path = join(disk.root, 'run.json');
  await RunNote.begin(path, {}).end('interrupted', undefined);
  const note = RunNote.begin(path, {});
  const filler = openSync(join(disk.root, 'filler'), 'w');
  assert.throws(() => {
    for (;;) writeSync(filler, Buffer.alloc(4_096));
  }, /ENOSPC/);
  closeSync(filler);
  await note.end('failed', { code: 'ERR_NO_SPACE', message: 'full' });
  assert.deepEqual([readRunNote(path)?.end, readRunNote(path)?.code], ['failed', 'ERR_NO_SPACE']);
});
