/** `sluice fetch`: keys from stdin instead of a listing, then the same second half. */

import { pipeline, type Readable } from 'node:stream';
import asStream from 'stream-chain/asStream.js';
import gen from 'stream-chain/gen.js';
import { anySignal } from '../src/flow/signals.js';
import type { WalkOptions } from '../src/sources/walk.js';
import { parseLines, readInput, splitLines, toParts } from '../src/stages/read.js';
import { type ConsumeOptions, consume } from './consume.js';

export type FetchOptions = ConsumeOptions & {
  input: Readable;
  /** For folders that an earlier run could not list. Its signal also ends the reading of the input. */
  walk: WalkOptions;
};

export async function fetch(options: FetchOptions): Promise<void> {
  const { source, books, input, walk } = options;
  const ended = new AbortController();
  const signal = anySignal(walk.signal, options.signal, ended.signal);
  const lines = asStream(gen(splitLines(), parseLines), { readableHighWaterMark: 2, writableHighWaterMark: 2 });
  // Its end, good or bad, reaches the second half, which reads from it: nothing to wait for here.
  pipeline(readInput(input, signal), lines, () => {});
  const parts = toParts(source, { ...walk, books, signal })(lines);
  await consume({ parts, ack: () => {}, release: () => ended.abort() }, options);
}
