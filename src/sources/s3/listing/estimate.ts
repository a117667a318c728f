/** How many pages are left of a range: by what its pages have covered so far, and by what was known when it was cut. */
import { type Alphabet, commonLength } from './alphabet.js';

/** What is known of a range that has begun, or was named. */
export interface Known {
  /** Pages left, estimated. */
  left: number;
  /** Where it begins; undefined: at its first key, wherever that is. */
  start: string | undefined;
  /** Pages since there. */
  pages: number;
  /** All of its pages, as they were estimated when it was cut. Undefined: there was nothing to go by. */
  readonly prior: number | undefined;
  /** It was cut around a crowd of keys, and has had so many pages; undefined: it was not, or it proved to be long. */
  guessPages: number | undefined;
}

/** Where a page covers next to nothing of its range, nothing is known but that much may be left. */
const MOST_PAGES = 1e9;
/** An earlier estimate counts as much as one page that was seen, or as this share of a short range. */
const PRIOR_PAGES = 1;
const PRIOR_SHARE = 0.25;

/** A range of which nothing is known but that so many pages may be left. */
export function unknown(left: number): Known {
  return { left, start: undefined, pages: 0, prior: undefined, guessPages: undefined };
}

/** `to`: the last key that was listed; `end`: of the range. */
export function pagesLeft(
  alphabet: Alphabet,
  { start, pages, prior }: Pick<Known, 'start' | 'pages' | 'prior'>,
  { to, end }: { to: string; end: string | undefined },
): number {
  const first = [...start!];
  const high = end === undefined ? undefined : [...end];
  const place = high === undefined ? 0 : commonLength(first, high);
  const from = alphabet.fraction(first, place);
  const at = alphabet.fraction([...to], place);
  const top = alphabet.fraction(high, place);
  if (top <= at) return 0;
  const priorPages = prior === undefined ? 0 : Math.min(PRIOR_PAGES, prior * PRIOR_SHARE);
  const priorWidth = priorPages === 0 ? 0 : ((top - from) / prior!) * priorPages;
  return Math.min(((top - at) * (pages + priorPages)) / (at - from + priorWidth), MOST_PAGES);
}
