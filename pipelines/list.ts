/** `sluice list`: the first half alone, as NDJSON. */

import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import asStream = require('stream-chain/asStream.js');

import type { Checkpointer } from '../src/journal/checkpointer.js';
import { anySignal } from '../src/lib/streams/signals.js';
import { together } from '../src/lib/streams/together.js';
import type { Batch } from '../src/model/batch.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import type { Source } from '../src/sources/source.js';
import { listBatches } from '../src/stages/list.js';
import { createPrint, type PrintOptions } from '../src/stages/print.js';
import { createSelect, type SelectOptions } from '../src/stages/select.js';

export interface ListOptions extends SelectOptions, Omit<PrintOptions, 'ack'> {
  source: Source;
  walk: WalkOptions;
  signal: AbortSignal;
  /** For a listing with a state. */
  checkpointer?: Checkpointer | undefined;
}

export async function list(options: ListOptions): Promise<void> {
  const { source, walk, events, checkpointer } = options;
  const printed = new AbortController();

  async function print(signal: AbortSignal): Promise<void> {
    const select: Duplex = asStream(createSelect(options), { readableHighWaterMark: 1, writableHighWaterMark: 1 });
    const ended = new AbortController();
    // The output may close at any time (`| head`): then the listing ends.
    select.once('close', () => ended.abort());
    const until = anySignal(walk.signal, signal, ended.signal);
    const pageOf = checkpointer && ((number: number) => checkpointer.page(number));
    const batches = paced(listBatches(source, { ...walk, events, pageOf, signal: until }), checkpointer, until);
    const ack = ({ page }: Batch) => {
      if (page !== undefined) checkpointer?.acknowledged(page);
    };
    await pipeline(batches, select, createPrint({ ...options, ack }), { signal });
    printed.abort();
  }

  await together(options.signal, [print, async (signal) => checkpointer?.run(anySignal(signal, printed.signal))]);
}

/**
 * Pauses the listing while too many pages are open. Once `signal` aborts it does not wait: pages may never close then.
 */
async function* paced(
  batches: AsyncIterable<Batch>,
  checkpointer: Checkpointer | undefined,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, void> {
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  for await (const batch of batches) {
    const waiting = checkpointer?.belowLimit();
    if (waiting !== undefined) await Promise.race([waiting, aborted]);
    yield batch;
  }
}
