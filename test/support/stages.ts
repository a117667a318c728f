// Runs one stage between a supply and a sink, the way the pipelines do.

import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import asStream from 'stream-chain/asStream.js';
import gen from 'stream-chain/gen.js';
import { through } from './streams.js';

/** A plain function as the stream that the pipelines make of it. */
export function asStage(...functions: unknown[]): NodeJS.ReadWriteStream {
  const composed = gen(...(functions as Parameters<typeof gen>));
  return asStream(composed as never, { readableHighWaterMark: 1, writableHighWaterMark: 1 }) as NodeJS.ReadWriteStream;
}

/** What comes out of a plain function for these items. */
export function throughFunction<Out>(items: Iterable<unknown>, ...functions: unknown[]): Promise<Out[]> {
  return through<Out>(items, asStage(...functions));
}

/** Supply → stage → sink under a signal. */
export function run(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  stage: NodeJS.ReadWriteStream,
  sink: Writable,
  signal?: AbortSignal,
): Promise<void> {
  const supply = Readable.from(items, { highWaterMark: 1 });
  return pipeline(supply, stage, sink, signal === undefined ? {} : { signal });
}
