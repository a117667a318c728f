/** `sluice list`: the first half alone, as NDJSON. */

import type { Duplex, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import asStream from 'stream-chain/asStream.js';
import { anySignal } from '../src/flow/signals.js';
import type { Source } from '../src/sources/source.js';
import type { WalkOptions } from '../src/sources/walk.js';
import { listParts } from '../src/stages/list.js';
import { createPrint, type PrintOptions } from '../src/stages/print.js';
import { createSelect, type SelectOptions } from '../src/stages/select.js';

export interface ListOptions extends SelectOptions, PrintOptions {
  source: Source;
  output: Writable;
  walk: WalkOptions;
  signal: AbortSignal;
}

export async function list(options: ListOptions): Promise<void> {
  const { source, output, walk, books, signal } = options;
  const select: Duplex = asStream(createSelect(options), { readableHighWaterMark: 1, writableHighWaterMark: 1 });
  const ended = new AbortController();
  // The output may close at any time (`| head`): nothing more needs to be listed then.
  select.once('close', () => ended.abort());
  const until = anySignal(walk.signal, signal, ended.signal);
  const parts = listParts(source, { ...walk, books, signal: until });
  // stdout is not ours to close.
  await pipeline(parts, select, createPrint(options), output, { signal, end: false });
}
