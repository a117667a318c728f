// A flat listing in virtual time: the real splitting and the real frontier against a store that answers after so many
// milliseconds. What remains is how well the ranges are cut; no processor is the limit.

import { type Frame, Frontier } from '../../../src/journal/frontier.js';
import { textOf } from '../../../src/model/scope.js';
import { rangeOf, rangeText, WHOLE } from '../../../src/sources/s3/listing/ranges.js';
import { Splitting } from '../../../src/sources/s3/listing/splitting.js';

export interface SimulatedListing {
  readonly seconds: number;
  readonly requests: number;
}

export interface SimulateOptions {
  readonly atOnce: number;
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly chance: () => number;
  readonly pageSize?: number;
}

/** Throws where a key is listed twice, or never. */
export function simulateListing(keys: readonly string[], options: SimulateOptions): SimulatedListing {
  const { atOnce, delayMs, jitterMs, chance, pageSize = 1_000 } = options;
  const splitting = new Splitting(() => atOnce);
  const frontier = new Frontier('');
  const flying: { frame: Frame; endMs: number }[] = [];
  const seen = new Uint8Array(keys.length);
  let listed = 0;
  let requests = 0;
  let nowMs = 0;
  for (;;) {
    while (flying.length < atOnce) {
      const frame = frontier.next();
      if (frame === undefined) break;
      requests++;
      splitting.begin(rangeAt(frame));
      flying.push({ frame, endMs: nowMs + delayMs + chance() * jitterMs });
    }
    if (flying.length === 0) break;
    flying.sort((one, other) => one.endMs - other.endMs);
    const { frame, endMs } = flying.shift()!;
    nowMs = endMs;
    const range = rangeAt(frame);
    const from = range.after === '' ? 0 : firstBehind(keys, range.after);
    const bound = range.end === undefined ? keys.length : firstBehind(keys, range.end);
    const to = Math.min(from + pageSize, bound);
    for (let index = from; index < to; index++) seen[index]!++;
    listed += to - from;
    const isAtEnd = from + pageSize >= keys.length || bound < from + pageSize || keys[to - 1] === range.end;
    if (isAtEnd) splitting.done(range);
    const split = isAtEnd ? undefined : splitting.split(range, keys.slice(from, to));
    frontier.listed(frame, {
      nextCursor: split && rangeText(split.rest),
      scopes: split?.parts.map((part) => ({ text: rangeText(part) })) ?? [],
      ...{ rows: to - from, bytes: 0, lastEntry: undefined },
    });
  }
  if (listed !== keys.length || seen.includes(0)) throw new Error('keys are missing, or listed twice');
  return { seconds: nowMs / 1_000, requests };
}

function rangeAt({ scope, cursor }: Frame) {
  const text = cursor ?? textOf(scope);
  return text === '' ? WHOLE : rangeOf(text);
}

/** (No surrogates: the order of JavaScript is that of the bytes.) */
function firstBehind(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! > key) high = middle;
    else low = middle + 1;
  }
  return low;
}
