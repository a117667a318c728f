// Ends of pipelines for tests: one that gathers everything, one that takes only what it is told to take.

import { PassThrough, Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Everything that comes, in order. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** What comes out of a stage for these items. */
export async function through<Out>(
  items: Iterable<unknown> | AsyncIterable<unknown>,
  stage: NodeJS.ReadWriteStream,
): Promise<Out[]> {
  const results: Out[] = [];
  await pipeline(Readable.from(items), stage, async (outputs) => {
    for await (const output of outputs as AsyncIterable<Out>) results.push(output);
  });
  return results;
}

/** An endless supply that counts what was asked of it. */
export function counted<T>(make: (index: number) => T, count = Number.POSITIVE_INFINITY) {
  const supply = { taken: 0, items: take() };
  function* take(): Generator<T> {
    while (supply.taken < count) yield make(supply.taken++);
  }
  return supply;
}

/** A sink that takes one item and no more until `open` is called; counts what it got. */
export function stuckSink<T>() {
  const received: T[] = [];
  let isOpen = false;
  let proceed: (() => void) | undefined;
  const sink = new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(item: T, _encoding, done) {
      received.push(item);
      if (isOpen) done();
      else proceed = done;
    },
  });
  const open = () => {
    isOpen = true;
    proceed?.();
  };
  return { sink, received, open };
}

/** An output whose reader can stop and go on; `text` is what was read. */
export function textOutput() {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return {
    stream,
    get text() {
      return text;
    },
    get lines() {
      return text.split('\n').filter(Boolean);
    },
  };
}

/** A sink that does this with each item before it takes the next. */
export function sinkOf<T>(take: (item: T) => Promise<void> | void): Writable {
  return new Writable({
    objectMode: true,
    highWaterMark: 1,
    write(item: T, _encoding, done) {
      Promise.resolve(take(item)).then(() => done(), done);
    },
  });
}
