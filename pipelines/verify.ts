/** `sluice verify`: a listing (fresh or stdin) against the disks, and with `--extra` the disks against it. */

import { pipeline, Readable } from 'node:stream';
import { pipeline as completed } from 'node:stream/promises';

import asStream = require('stream-chain/asStream.js');
import gen = require('stream-chain/gen.js');

import type { Stats } from '../src/events/stats.js';
import { anySignal } from '../src/lib/streams/signals.js';
import type { Batch } from '../src/model/batch.js';
import type { WalkOptions } from '../src/sources/listing/walk.js';
import type { Source } from '../src/sources/source.js';
import { listBatches } from '../src/stages/list.js';
import { parseLines, readInput, splitLines, toBatches } from '../src/stages/read.js';
import { createSelect, type SelectOptions } from '../src/stages/select.js';
import { type CompareOptions, createCompare } from '../src/stages/verify/compare.js';
import { type ExtraOptions, printExtra } from '../src/stages/verify/extra.js';
import { createFindings, type FindingsOptions, type Holder } from '../src/stages/verify/findings.js';
import { createShare, type ShareOptions } from '../src/stages/verify/share.js';

export interface VerifyOptions extends CompareOptions, FindingsOptions, SelectOptions, ShareOptions {
  source: Source;
  stats: Stats;
  walk: WalkOptions;
  /** Lines to compare instead of a fresh listing. */
  input: Readable | undefined;
  /** For an input: holds the findings until the last line of each key is known. */
  held: (Holder & { publish(): Promise<void> }) | undefined;
  /** After the comparison: finds local files that belong to no listed object. */
  openExtra: (() => Promise<Pick<ExtraOptions, 'roots' | 'rules' | 'isSeen' | 'keyAt' | 'detail'>>) | undefined;
  /** Called when that is impossible, because not everything could be listed. */
  onNoExtra: () => void;
  signal: AbortSignal;
}

export async function verify(options: VerifyOptions): Promise<void> {
  const { walk, signal, openExtra, held } = options;
  const ended = new AbortController();
  const until = anySignal(walk.signal, signal, ended.signal);
  const select = createSelect(options);
  const share = createShare(options);
  const wanted = (batch: Batch) => share(select(batch));
  const compare = createCompare(options);
  compare.once('close', () => ended.abort());
  try {
    await completed(
      [
        Readable.from(batchesOf(options, until), { highWaterMark: 1 }),
        asStream(wanted, { readableHighWaterMark: 1, writableHighWaterMark: 1 }),
        compare,
        createFindings(options),
      ],
      { signal },
    );
  } catch (error) {
    // Prints the findings so far.
    if (!signal.aborted) await held?.publish().catch(() => {});
    throw error;
  }
  await held?.publish();
  // After an incomplete listing, too many files look extra.
  if (openExtra === undefined || walk.signal.aborted) return;
  const { unlisted = 0, unusable = 0 } = options.stats.reasons;
  if (unlisted + unusable > 0) options.onNoExtra();
  else await printExtra({ ...options, ...(await openExtra()) });
}

function batchesOf(
  { source, input, walk, events }: VerifyOptions,
  signal: AbortSignal,
): AsyncGenerator<Batch, void, void> {
  if (input === undefined) return listBatches(source, { ...walk, events, signal });
  const lines = asStream(gen(splitLines(), parseLines), { readableHighWaterMark: 2, writableHighWaterMark: 2 });
  // No await: its end or error reaches the batches, its reader.
  pipeline(readInput(input, signal), lines, () => {});
  return toBatches(source, { ...walk, events, signal })(lines);
}
