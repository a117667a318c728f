/** Speed over the last seconds, and the share and time left that follow from it. */
import type { Books } from './books.js';

/** The speed shown is that of about the last ten seconds: steady enough to read, quick enough to see a change. */
const WINDOW_MS = 10_000;

interface Sample {
  atMs: number;
  found: number;
  objects: number;
  bytes: number;
}

export interface Progress {
  found: number;
  foundPerSecond: number;
  listed: number;
  done: number;
  failed: number;
  bytes: number;
  objectsPerSecond: number;
  bytesPerSecond: number;
  /** 0 to 1, once a total is known. */
  share: number | undefined;
  secondsLeft: number | undefined;
  /** Until no disk has room any more, where that comes before the end. */
  secondsUntilFull: number | undefined;
  /** By the clock; undefined while the origin answers. */
  unreachableSinceMs: number | undefined;
}

/** Keeps at most one sample a call within the window; call it at the pace of the display. */
export function createMeter(books: Books, nowMs: () => number = () => performance.now()): () => Progress {
  // What earlier runs have done is no speed of this one.
  const samples: Sample[] = [{ atMs: nowMs(), found: books.found, objects: books.settled, bytes: books.bytes }];
  return () => {
    const bytes = books.bytes + books.arrivingBytes;
    const now = { atMs: nowMs(), found: books.found, objects: books.settled, bytes };
    samples.push(now);
    while (samples.length > 2 && now.atMs - samples[1]!.atMs >= WINDOW_MS) samples.shift();
    const first = samples[0]!;
    const seconds = Math.max(0.001, (now.atMs - first.atMs) / 1000);
    const objectsPerSecond = (now.objects - first.objects) / seconds;
    const bytesPerSecond = (now.bytes - first.bytes) / seconds;
    const share = shareOf(books);
    return {
      found: books.found,
      foundPerSecond: round((now.found - first.found) / seconds),
      listed: books.listed,
      done: books.settled,
      failed: books.failed,
      bytes,
      objectsPerSecond: round(objectsPerSecond),
      bytesPerSecond: Math.round(bytesPerSecond),
      share,
      secondsLeft: secondsLeft(books, share),
      secondsUntilFull: books.forecast?.secondsUntilFull(bytesPerSecond),
      unreachableSinceMs: books.outages.size > 0 ? Math.min(...books.outages.values()) : undefined,
    };
  };
}

/** One decimal is all that a rate is good for. */
function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}

/** By listed bytes, of those found once the listing is complete, before that of those that the bucket says it holds. */
function shareOf(books: Books): number | undefined {
  const total = books.isListingDone ? books.foundBytes : books.usageBytes;
  if (books.isListingDone && (!total || books.settled === books.found)) {
    // Bare keys have no sizes; and a finished run is finished, whatever the sizes said.
    return books.found === 0 ? 1 : Math.min(1, books.settled / books.found);
  }
  if (!total) return undefined;
  return Math.min(1, (books.settledBytes + books.arrivingBytes) / total);
}

/** From the whole run's pace: over days it is a better guess than the last seconds'. */
function secondsLeft(books: Books, share: number | undefined): number | undefined {
  return share === undefined || share === 0 ? undefined : (books.seconds * (1 - share)) / share;
}
