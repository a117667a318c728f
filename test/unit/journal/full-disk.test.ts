// The journal on a full disk: it goes on in reserved space, is compacted in time, and what was flushed is there.

import assert from 'node:assert/strict';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { JobState } from '../../../src/journal/job-state.js';
import { Journal } from '../../../src/journal/journal.js';
import { loadJob, previousPath } from '../../../src/journal/load.js';
import { snapshotOf } from '../../../src/journal/snapshot.js';
import { Tally } from '../../../src/model/tally.js';
import { ReservedSpace } from '../../../src/sinks/state/reserved-space.js';
import { fillBytes } from '../../support/disks/full-disk.js';
import { failingDisk, smallDisk } from '../../support/disks/mounts.js';
import { rejection } from '../../support/waiting.js';

const JOB = { id: 'job', identity: { source: 'upyun://stub', filters: {}, volumes: ['/a'] }, pass: 1, startedAtMs: 7 };
const PAGE_BYTES = 500;

/** Some pages more, of one folder without an end; the oldest are committed. */
function goOn(journal: Journal, count: number): void {
  const { frontier, uncommitted } = journal.state;
  for (let page = 0; page < count; page++) {
    const listing = { scopes: [], rows: 2, bytes: 10, lastEntry: 'x'.repeat(PAGE_BYTES) };
    journal.enter(frontier.listed(frontier.next()!, { ...listing, nextCursor: `after ${frontier.lastPage}` }));
  }
  const done = [...uncommitted.keys()].slice(0, -5);
  const tally = new Tally();
  tally.settle({ status: 'stored', bytes: 5, volume: 0 }, 5);
  const pages = done.map((n) => [n, ...tally.toRow()]);
  journal.enter({ t: 'done', atMs: 1, pages, failuresBytes: 0, activeMs: 1 });
}

const wholeOf = (state: JobState | undefined) => JSON.parse(JSON.stringify(state ? snapshotOf(state, 0) : []));

async function openFull(t: TestContext, kind: string) {
  const disk = kind === 'tmpfs' ? smallDisk(t, 'size=16m') : failingDisk(t, 16);
  if (disk === undefined) return undefined;
  const path = join(disk.root, 'journal');
  const reserved = new ReservedSpace(join(disk.root, 'reserve'));
  const journal = await Journal.open(path, JobState.fresh(JOB), { sequence: 0, isNew: true, reserved });
  t.after(() => journal.close());
  goOn(journal, 1);
  await journal.flush();
  assert.ok(reserved.leftBytes > 700_000);
  return { disk, path, reserved, journal, filler: fillBytes(disk.root) };
}

for (const kind of ['tmpfs', 'ext4']) {
  test(`${kind}: ten times as much as was set aside is written, and each flush is there`, async (t) => {
    const opened = await openFull(t, kind);
    if (opened === undefined) return;
    const { path, reserved, journal, filler } = opened;
    const { wantedBytes } = reserved;
    let writtenBytes = 0;
    for (let turn = 0; writtenBytes < 10 * wantedBytes; turn++) {
      goOn(journal, 20);
      writtenBytes += 20 * PAGE_BYTES;
      await (turn % 4 === 0 ? journal.flush() : journal.write());
      if (turn % 50 !== 0) continue;
      const { state, problems } = loadJob(path);
      assert.deepEqual([problems, wholeOf(state)], [[], wholeOf(journal.state)]);
    }
    assert.ok(statSync(path).size < wantedBytes, 'it is kept short');
    assert.ok(reserved.isTight && reserved.leftBytes > 0);
    rmSync(filler);
    goOn(journal, 1);
    await journal.flush();
    assert.deepEqual([reserved.isTight, reserved.leftBytes], [false, reserved.wantedBytes]);
  });

  test(`${kind}: one write that is larger than all of it ends the job, and what was flushed before is there`, async (t) => {
    const opened = await openFull(t, kind);
    if (opened === undefined) return;
    const { path, journal } = opened;
    goOn(journal, 50);
    await journal.flush();
    const before = wholeOf(journal.state);
    goOn(journal, 10_000);
    const error = await rejection<TransferError>(journal.flush());
    assert.ok(error instanceof TransferError);
    assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
    assert.match(error.message, /ENOSPC.*free some space/);
    const { state } = loadJob(path);
    // Of the write that was cut off, what is whole counts, too.
    assert.ok(state!.found >= before[1].found);
    assert.equal(state!.orphans, 0);
  });
}

test('a snapshot that finds no space leaves the journal as it is, which goes on', async (t) => {
  const opened = await openFull(t, 'tmpfs');
  if (opened === undefined) return;
  const { path, reserved, journal } = opened;
  // Nothing is left of it, but the disk has some space for lines.
  reserved.remove();
  const { frontier } = journal.state;
  for (let page = 0; page < 600; page++) {
    const listing = { scopes: [], rows: 1, bytes: 1, lastEntry: 'x'.repeat(PAGE_BYTES) };
    journal.enter(frontier.listed(frontier.next()!, { ...listing, nextCursor: `after ${frontier.lastPage}` }));
  }
  const filler = fillBytes(opened.disk.root, 'more', 450_000);
  await journal.flush();
  assert.ok(existsSync(path) && !existsSync(`${path}.new`));
  assert.deepEqual(wholeOf(loadJob(path).state), wholeOf(journal.state));
  rmSync(filler);
  goOn(journal, 1);
  await journal.flush();
  assert.ok(existsSync(previousPath(path)), 'now it is compacted');
});
