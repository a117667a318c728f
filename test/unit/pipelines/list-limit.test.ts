// A listing with a state does not run ahead of its checkpoints without end, and whoever waits for them is let go.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test, { type TestContext } from 'node:test';
import { list } from '../../../pipelines/list.js';
import { Stats } from '../../../src/events/stats.js';
import type { CheckpointerOptions } from '../../../src/journal/checkpointer.js';
import { createFilter } from '../../../src/model/filter.js';
import { recordingEvents } from '../../support/batches.js';
import { openJob } from '../../support/checkpoints.js';
import { listPacerOf } from '../../support/pacers.js';
import { treeSource } from '../../support/source-stub.js';
import { textOutput } from '../../support/streams.js';
import { deferred, rejection, turns, until } from '../../support/waiting.js';

const PAGES = 300;
const LIMIT = 20;

/** A folder of so many pages with one object each, listed with a state by a job that may have few pages open. */
async function openListing(t: TestContext, more: Partial<CheckpointerOptions> = {}) {
  const { checkpointer, journal } = await openJob(t, { uncommittedLimit: LIMIT, ...more });
  const { source, asked } = treeSource((_directory, cursor) => {
    const at = Number(cursor ?? 0);
    return { entries: [{ key: `k${at}`, size: 1 }], nextCursor: at + 1 < PAGES ? String(at + 1) : undefined };
  });
  const resume = {
    frontier: journal.state.frontier,
    again: [],
    onListed: checkpointer.listed.bind(checkpointer),
    onHandedOver: checkpointer.handedOver.bind(checkpointer),
  };
  const draining = new AbortController();
  const options = {
    source,
    stats: new Stats({ isListOnly: true }),
    events: recordingEvents(),
    failures: undefined,
    filter: createFilter({ include: [], exclude: [] }),
    limit: undefined,
    signal: new AbortController().signal,
    walk: { pacer: listPacerOf(2), signal: draining.signal, resume },
    checkpointer,
  };
  return { options, asked, checkpointer, draining };
}

/** Nothing more is asked for, although everything has been given the time. */
async function untilItWaits(asked: readonly string[]): Promise<void> {
  await until(() => asked.length >= LIMIT, 'the limit');
  await turns(500);
  assert.ok(asked.length <= LIMIT + 6, `${asked.length} pages were listed`);
}

test('while the disk of its lines does not answer a listing waits, and then it goes on', {
  timeout: 20_000,
}, async (t) => {
  const disk = deferred();
  const { options, asked, checkpointer } = await openListing(t, { flush: () => disk.promise });
  const output = textOutput();
  const done = list({ ...options, output: output.stream });
  await untilItWaits(asked);
  disk.resolve();
  await done;
  await checkpointer.checkpoint();
  await turns(2);
  assert.deepEqual([output.lines.length, checkpointer.uncommittedPages], [PAGES, 0]);
});

// Lines that nobody may have read keep their pages open for ever.
const HELD = { unreadBytes: Number.POSITIVE_INFINITY };

test('an interrupted listing does not wait for room', { timeout: 20_000 }, async (t) => {
  const { options, asked, draining } = await openListing(t);
  const output = textOutput();
  const done = list({ ...options, ...HELD, draining: draining.signal, output: output.stream });
  await untilItWaits(asked);
  draining.abort();
  await done;
});

test('a listing whose output closes does not wait for room', { timeout: 20_000 }, async (t) => {
  const { options, asked } = await openListing(t);
  const output = new PassThrough();
  output.resume();
  const done = rejection<NodeJS.ErrnoException>(list({ ...options, ...HELD, output }));
  await untilItWaits(asked);
  output.destroy(Object.assign(new Error('closed'), { code: 'EPIPE' }));
  assert.equal((await done).code, 'EPIPE');
});
