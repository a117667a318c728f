// Which settled pages are safe after a sync, and who is to blame when there was none.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import type { Journal } from '../../../src/journal/journal.js';
import { PageSync } from '../../../src/journal/page-sync.js';
import { PageProgress } from '../../../src/model/page-progress.js';

function start(sync: (volume: number) => Promise<void>) {
  const entered: string[] = [];
  const unsynced: number[] = [];
  const journal = { enter: ({ t }: { t: string }) => void entered.push(t), write: async () => {} };
  const pages = new PageSync({
    journal: journal as unknown as Journal,
    sync,
    onUnsynced: (volume) => void unsynced.push(volume),
  });
  return { entered, unsynced, pages };
}

function pageOn(number: number, volume: number): PageProgress {
  const page = new PageProgress(number);
  page.volumes.add(volume);
  return page;
}

test('a page on a disk that cannot be synced is held, the others are safe', async () => {
  const { entered, unsynced, pages } = start(async (volume) => {
    if (volume === 1) throw new TransferError('ERR_DISK', 'lost');
  });
  const [good, bad] = [pageOn(1, 0), pageOn(2, 1)];
  assert.deepEqual(await pages.synced([good, bad]), [good]);
  assert.deepEqual([pages.heldPages, unsynced, entered], [1, [1], ['doubt']]);
});

test('a sync that could not be started for lack of open files ends the run, and no disk is in doubt', async () => {
  const short = Object.assign(new Error('spawn sh EMFILE'), { code: 'EMFILE' });
  const { entered, unsynced, pages } = start(() => Promise.reject(short));
  await assert.rejects(pages.synced([pageOn(1, 0)]), short);
  assert.deepEqual([pages.heldPages, unsynced, entered, pages.isSafe(0)], [0, [], [], true]);
});
