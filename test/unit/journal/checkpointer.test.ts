// Checkpoints: in which order things reach the disk, whom they wait for, and who waits for them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import type { Outcome } from '../../../src/model/outcome.js';
import { isSettled, openJob, run } from '../../support/checkpoints.js';
import { type Deferred, deferred, rejection, turns, until } from '../../support/waiting.js';

const FAILED: Outcome = { status: 'failed', error: new TransferError('ERR_SERVER', 'no') };
const on = (volume: number): Outcome => ({ status: 'stored', bytes: 1, volume });

test('disks are synced first, then the rest, then come the failures, and the journal says so last', async (t) => {
  const { checkpointer, calls, lines, page, loaded } = await openJob(t);
  page([on(1), on(1), FAILED]);
  const second = page([on(0), FAILED], true);
  await checkpointer.recordFailure(second, 'second');
  checkpointer.acknowledged(second);
  await checkpointer.checkpoint();
  assert.deepEqual(calls, ['sync 1', 'sync 0', 'flush', 'failures, 0 in the journal']);
  const { totals, uncommitted, failuresBytes, activeMs } = loaded();
  assert.deepEqual([totals.stored, totals.failed, totals.codes], [3, 2, { ERR_SERVER: 2 }]);
  assert.deepEqual([lines, uncommitted.size, failuresBytes, activeMs], [['second'], 0, 6, 1_000]);
});

test('nothing is committed before its last batch is settled and all of its batches were handed over', async (t) => {
  const { checkpointer, page, inJournal, loaded } = await openJob(t);
  const open = page([on(0)], true);
  await checkpointer.checkpoint();
  assert.deepEqual([inJournal(), loaded().uncommitted.size], [0, 1], 'a page that is listed is in the journal');
  open.isHandedOver = false;
  checkpointer.acknowledged(open);
  await checkpointer.checkpoint();
  assert.equal(inJournal(), 0);
  checkpointer.handedOver(open.number);
  await checkpointer.checkpoint();
  assert.deepEqual([inJournal(), loaded().uncommitted.size], [1, 0]);
});

test('a checkpoint syncs only the disks of its pages; without failures their file is left alone', async (t) => {
  const { checkpointer, calls, page } = await openJob(t);
  await checkpointer.checkpoint();
  page([on(2), { status: 'gone' }, { status: 'skipped', bytes: 1, volume: -1 }]);
  await checkpointer.checkpoint();
  assert.deepEqual(calls, ['flush', 'sync 2', 'flush']);
});

test('what is settled while the disk syncs belongs to the next checkpoint', async (t) => {
  const syncs: Deferred<void>[] = [];
  const sync = () => {
    syncs.push(deferred());
    return syncs.at(-1)!.promise;
  };
  const { checkpointer, page, inJournal } = await openJob(t, { sync });
  page([on(0)]);
  const first = checkpointer.checkpoint();
  page([on(0)]);
  const second = checkpointer.checkpoint();
  await turns();
  assert.equal(syncs.length, 1, 'one at a time');
  syncs[0]!.resolve();
  await first;
  assert.equal(inJournal(), 1, 'the file of the second page may have come after the sync');
  await until(() => syncs.length === 2, 'the second sync');
  syncs[1]!.resolve();
  await second;
  assert.equal(inJournal(), 2);
});

test('several at once each get a whole one of their own, one after the other', async (t) => {
  const { checkpointer, calls, page } = await openJob(t);
  page([on(0)]);
  await Promise.all([checkpointer.checkpoint(), checkpointer.checkpoint(), checkpointer.checkpoint()]);
  assert.deepEqual(calls, ['sync 0', 'flush', 'flush', 'flush']);
});

test('a disk that cannot be synced holds its pages and only them, and is not trusted again', async (t) => {
  const unsynced: number[] = [];
  let isBroken = true;
  const sync = async (volume: number) => {
    if (volume === 1 && isBroken) throw new TransferError('ERR_VOLUME', 'lost writes');
  };
  const { checkpointer, calls, page, inJournal, loaded } = await openJob(t, {
    sync,
    onUnsynced: (volume) => void unsynced.push(volume),
  });
  page([on(0)]);
  const both = page([on(0), on(1)]);
  await checkpointer.recordFailure(both, 'held');
  await checkpointer.checkpoint();
  assert.deepEqual([inJournal(), checkpointer.heldPages, unsynced], [1, 1, [1]]);
  isBroken = false;
  page([on(1)]);
  page([on(0)]);
  calls.length = 0;
  await checkpointer.checkpoint();
  // The system tells of lost writes once: that the next sync succeeds proves nothing.
  assert.deepEqual([calls, inJournal(), checkpointer.heldPages, unsynced], [['sync 0', 'flush'], 2, 2, [1]]);
  assert.equal(loaded().uncommitted.size, 2);
  assert.deepEqual([...checkpointer.openFailures()], ['held'], 'the user sees it although it is not in the job');
});

test('what cannot be made sure of commits nothing, and comes to whoever asked', async (t) => {
  const broken = new TransferError('ERR_STATE', 'full');
  const fails = async () => {
    throw broken;
  };
  for (const more of [{ flush: fails }, { failures: { append: fails } }]) {
    const { checkpointer, page, inJournal, loaded } = await openJob(t, more);
    const one = page([FAILED], true);
    await checkpointer.recordFailure(one, 'line');
    checkpointer.acknowledged(one);
    const [first, second] = [checkpointer.checkpoint(), checkpointer.checkpoint()];
    assert.equal(await rejection(first), broken);
    second.catch(() => {});
    await turns();
    assert.deepEqual([inJournal(), loaded().totals.failed, [...checkpointer.openFailures()]], [0, 0, ['line']]);
    assert.equal(checkpointer.uncommittedPages, 1);
  }
});

test('too many pages that are not committed make the listing wait, and a checkpoint lets it go on', async (t) => {
  const { checkpointer, page } = await openJob(t, { uncommittedLimit: 2 });
  const { stop } = run(t, checkpointer);
  const first = page([on(0)], true);
  assert.equal(checkpointer.belowLimit(), undefined);
  page([on(0)], true);
  const room = checkpointer.belowLimit();
  assert.equal(await isSettled(room), false);
  await checkpointer.checkpoint();
  assert.equal(await isSettled(room), false, 'a checkpoint that commits nothing makes no room');
  checkpointer.acknowledged(first);
  await room;
  assert.equal(checkpointer.belowLimit(), undefined);
  await stop();
});

test('pages that a broken disk holds leave the listing its room', async (t) => {
  const sync = async () => {
    throw new TransferError('ERR_VOLUME', 'broken');
  };
  const { checkpointer, page } = await openJob(t, { uncommittedLimit: 2, sync });
  for (let round = 0; round < 3; round++) {
    page([on(0)]);
    page([on(0)]);
    await checkpointer.checkpoint();
    assert.deepEqual([checkpointer.belowLimit(), checkpointer.heldPages], [undefined, 2 * round + 2]);
  }
});

test('a restart with more open pages than the limit does not wait before it has listed them', async (t) => {
  const { checkpointer } = await openJob(t, { uncommittedLimit: 2 }, 5);
  const { stop } = run(t, checkpointer);
  assert.equal(checkpointer.uncommittedPages, 5);
  const begin = (number: number) => {
    const progress = checkpointer.page(number);
    progress.openBatches = 1;
    return progress;
  };
  const first = begin(1);
  assert.equal(checkpointer.belowLimit(), undefined);
  begin(2);
  const room = checkpointer.belowLimit();
  assert.equal(await isSettled(room), false, 'two are under way: as many as may be');
  checkpointer.handedOver(1);
  checkpointer.acknowledged(first);
  await room;
  // A page that has nothing any more is handed over without ever being asked for.
  checkpointer.handedOver(3);
  await checkpointer.checkpoint();
  assert.deepEqual([checkpointer.uncommittedPages, checkpointer.belowLimit()], [3, undefined]);
  await stop();
});

test('more failures than may wait make the flow wait for a checkpoint', async (t) => {
  const { checkpointer, page, lines } = await openJob(t);
  const { stop } = run(t, checkpointer);
  const one = page([FAILED], true);
  const line = 'x'.repeat(1024 * 1024);
  for (let count = 0; count < 8; count++) assert.equal(checkpointer.recordFailure(one, line), undefined);
  const waiting = checkpointer.recordFailure(one, 'y');
  assert.equal(waiting instanceof Promise, true);
  checkpointer.acknowledged(one);
  await waiting;
  assert.equal(lines.length, 9);
  assert.equal(checkpointer.recordFailure(page([FAILED], true), line), undefined, 'there is room again');
  await stop();
});

test('nobody waits for ever: not when the run has ended, nor when it failed', async (t) => {
  const fails = async () => {
    throw new TransferError('ERR_STATE', 'full');
  };
  for (const isFailing of [false, true]) {
    const { checkpointer, page } = await openJob(t, { uncommittedLimit: 1, ...(isFailing && { flush: fails }) });
    const { ended, stop } = run(t, checkpointer);
    const one = page([on(0)], true);
    const waiting = [checkpointer.belowLimit(), checkpointer.belowLimit()];
    for (let count = 0; count < 9; count++) waiting.push(checkpointer.recordFailure(one, 'x'.repeat(1024 * 1024)));
    if (isFailing) assert.equal((await rejection<TransferError>(ended)).code, 'ERR_STATE');
    else await stop();
    await Promise.all(waiting);
    await checkpointer.belowLimit();
    await checkpointer.recordFailure(one, 'late');
    // The last checkpoint is taken by whoever ends the job.
    if (!isFailing) await checkpointer.checkpoint();
  }
});

test('checkpoints are taken by themselves while it runs', async (t) => {
  const { checkpointer, page, inJournal } = await openJob(t);
  const { stop } = run(t, checkpointer);
  page([on(0)]);
  await until(() => inJournal() === 1, 'a checkpoint');
  await stop();
});

test('a journal that cannot be written ends the run, and nothing is written behind what is missing', async (t) => {
  const { checkpointer, journal, page, inJournal } = await openJob(t);
  await journal.close();
  page([on(0)]);
  const error = await rejection<TransferError>(checkpointer.run(new AbortController().signal));
  assert.deepEqual([error.code, error.verdict], ['ERR_STATE', 'fatal']);
  page([on(0)]);
  assert.equal(await rejection(checkpointer.checkpoint()), error);
  assert.equal(inJournal(), 0);
});
