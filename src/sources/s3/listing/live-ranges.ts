/**
 * The ranges of a listing that are known and have not ended. Some of them end unseen: another machine of a shared job lists
 * them, or they were named once more by a page that is listed again. Where requests have nothing to do although such ranges
 * are known, they are not to be waited for.
 */
import type { KeyRange } from './splitting.js';

export class LiveRanges {
  /** Ranges never overlap, so the end names one. */
  readonly #known = new Map<string | undefined, KeyRange>();
  /** How many requests for it are on their way. */
  readonly #asked = new Map<string | undefined, number>();

  /** A page of it is asked for. */
  asked(range: KeyRange): void {
    this.#known.set(range.end, range);
    this.#asked.set(range.end, (this.#asked.get(range.end) ?? 0) + 1);
  }

  /** The answer has come, or none will. */
  answered({ end }: KeyRange): void {
    const left = this.#asked.get(end)! - 1;
    if (left === 0) this.#asked.delete(end);
    else this.#asked.set(end, left);
  }

  /** These go on in its place. */
  replaced({ end }: KeyRange, by: readonly KeyRange[]): void {
    this.#known.delete(end);
    for (const range of by) this.#known.set(range.end, range);
  }

  /** Forgets the ranges that no request is under way for, except this one, and returns them. */
  takeLost(except: KeyRange): KeyRange[] {
    const lost = [...this.#known.values()].filter(({ end }) => end !== except.end && !this.#asked.has(end));
    for (const { end } of lost) this.#known.delete(end);
    return lost;
  }
}
