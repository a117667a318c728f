/**
 * Ranges of keys of one flat listing, split where most is left, so that many requests list it at once. A range is split
 * only when one of its pages has come: the page then names the rest of its range as a shorter one, and the parts behind
 * it as scopes of their own. So one record of the journal holds both, and a kill never loses a part.
 *
 * The idea of splitting the widest range is S3P's; the estimate by the characters seen so far is ours. In virtual time
 * six shapes of a million keys are listed 12 to 15 times as fast with 16 requests at once, and 30 to 47 times with 64,
 * with 2 to 9 % and 6 to 30 % more requests (`npm run bench -- --only s3-list`).
 */
import { Alphabet, commonLength } from './alphabet.js';
import { compareKeys } from './byte-order.js';
import { type Known, pagesLeft, unknown } from './estimate.js';

/** Keys behind `after`, up to and with `end`. */
export interface KeyRange {
  /** '' for the beginning. */
  readonly after: string;
  /** Undefined for the end of the listing. */
  readonly end: string | undefined;
}

export interface Split {
  /** What is left of the range itself. */
  readonly rest: KeyRange;
  /** What lies behind it. */
  readonly parts: readonly KeyRange[];
}

/** A range with fewer pages is not worth the extra page that each range costs at its end. */
const FEWEST_PAGES = 3;
/** The same where more than half of the requests have nothing to do. */
const FEWEST_PAGES_IDLE = 1.5;
/** More parts at once would trust one estimate too much. */
const MOST_PARTS = 4;
/** More pages than this are hardly left: the keys are not spread over their range. */
const SKEWED_PAGES = 10_000;
/** A page that is so much denser than its range so far lies in a crowd of keys. */
const CROWDED = 100;
/**
 * Cuts around crowds that may prove useless, and how many more for each that proved useful. Where keys come in bursts, each
 * page looks like a crowd and none is one.
 */
const FREE_GUESSES = 4;
const GUESSES_EARNED = 2;
/** What a crowd counts as, so that it does not keep other ranges from being split. */
const CROWD_PAGES = 200;

export class Splitting {
  readonly #alphabet = new Alphabet();
  /** Ranges that have begun or were named, by their end. */
  readonly #ranges = new Map<string, Known>();
  readonly #wanted: () => number;
  #guesses = FREE_GUESSES;

  /** `wanted`: as many ranges are listed at once. */
  constructor(wanted: () => number) {
    this.#wanted = wanted;
  }

  /** A range begins, or goes on. */
  begin(range: KeyRange): void {
    this.#knownOf(range);
  }

  /** A range has ended. */
  done(range: KeyRange): void {
    const name = nameOf(range);
    if (this.#ranges.get(name)?.guessPages !== undefined) this.#guesses--;
    this.#ranges.delete(name);
  }

  /**
   * Splits what is left of a range after a page. `keys`: those of the page within the range, in order; at least one.
   */
  split(range: KeyRange, keys: readonly string[]): Split {
    const alphabet = this.#alphabet;
    alphabet.learn(keys);
    const known = this.#knownOf(range);
    this.#count(known, keys[0]!);
    const rest = { after: keys.at(-1)!, end: range.end };
    const place = { to: rest.after, end: range.end };
    const left = pagesLeft(alphabet, known, place);
    const missing = this.#wanted() - this.#ranges.size;
    if (missing > 0 && this.#guesses > 0) {
      const local = pagesLeft(alphabet, { start: keys[0]!, pages: 1, prior: undefined }, place);
      const isCrowd = local >= SKEWED_PAGES && (known.prior === undefined || local > left * CROWDED);
      if (isCrowd) return this.#cutAround(rest, keys[0]!);
    }
    known.left = Math.min(left, SKEWED_PAGES);
    const fewest = missing > this.#wanted() / 2 ? FEWEST_PAGES_IDLE : FEWEST_PAGES;
    if (missing <= 0 || known.left < fewest || this.#longer(known.left) >= missing) return { rest, parts: [] };
    const parts = Math.min(missing + 1, MOST_PARTS, Math.max(2, Math.floor(known.left)));
    const split = splitAt(rest, this.#bounds(rest, parts));
    if (split.parts.length > 0) this.#enter(range, split, known.left);
    return split;
  }

  #knownOf(range: KeyRange): Known {
    const name = nameOf(range);
    const known = this.#ranges.get(name) ?? unknown(1);
    this.#ranges.set(name, known);
    return known;
  }

  #count(known: Known, first: string): void {
    known.start ??= first;
    known.pages++;
    if (known.guessPages === undefined || ++known.guessPages < FEWEST_PAGES) return;
    known.guessPages = undefined;
    this.#guesses += GUESSES_EARNED;
  }

  /** What was learnt of the whole is the first estimate of each part. */
  #enter(range: KeyRange, { rest, parts }: Split, left: number): void {
    const share = left / (parts.length + 1);
    this.#ranges.delete(nameOf(range));
    for (const part of [rest, ...parts])
      this.#ranges.set(nameOf(part), { ...unknown(share), start: part.after, prior: share });
  }

  /** Splits around a crowd of keys: what was seen before it says nothing about it. */
  #cutAround(rest: KeyRange, first: string): Split {
    const split = splitAt(rest, this.#aroundHead(rest, first));
    const { parts } = split;
    const share = CROWD_PAGES / (parts.length + 1);
    this.#ranges.set(nameOf(split.rest), { ...unknown(share), start: first, pages: 1, guessPages: 0 });
    for (const part of parts)
      this.#ranges.set(nameOf(part), { ...unknown(share), guessPages: part === parts.at(-1) ? undefined : 0 });
    return split;
  }

  /** How many ranges are much longer. */
  #longer(than: number): number {
    let count = 0;
    for (const { left } of this.#ranges.values()) if (left > 2 * than) count++;
    return count;
  }

  /** Keys that cut a range into so many parts, or into fewer. */
  #bounds({ after, end }: KeyRange, count: number): string[] {
    const bounds: string[] = [];
    for (let part = 1; part < count; part++) {
      const bound = this.#alphabet.between(after, end, part / count);
      if (bound !== undefined && compareKeys(bound, bounds.at(-1) ?? after) > 0) bounds.push(bound);
    }
    return bounds;
  }

  /**
   * Keys are crowded behind a long common head, so the middle of the range lies far from them. The ends of the head, and of
   * shorter ones, are bounds then, and a middle behind them.
   */
  #aroundHead({ after, end }: KeyRange, first: string): string[] {
    const last = [...after];
    const head = last.slice(0, commonLength([...first], last));
    const tops = [1, 2, 4].map((less) => this.#alphabet.behind(head.slice(0, -less).join('')));
    const bounds: string[] = [];
    for (const top of [...tops, this.#alphabet.between(tops.findLast((one) => one !== undefined) ?? after, end)]) {
      const isInside = top !== undefined && (end === undefined || compareKeys(top, end) < 0);
      if (isInside && compareKeys(top, bounds.at(-1) ?? after) > 0) bounds.push(top);
    }
    return bounds;
  }
}

/** Bounds inside of the range, in order. */
function splitAt({ after, end }: KeyRange, bounds: readonly string[]): Split {
  const parts = bounds.map((bound, index) => ({ after: bound, end: bounds[index + 1] ?? end }));
  return { rest: { after, end: bounds[0] ?? end }, parts };
}

/** Ranges never overlap, so the end names one. */
function nameOf({ end }: Pick<KeyRange, 'end'>): string {
  return end === undefined ? '' : `=${end}`;
}
