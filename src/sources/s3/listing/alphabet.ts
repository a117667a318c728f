/**
 * Keys as fractions over the characters that have been seen: how far apart two keys are, and what lies between them.
 * Characters, not bytes: so every boundary is valid UTF-8.
 */
import { compareKeys } from './byte-order.js';
import { CharacterWeights } from './character-weights.js';

/** A bucket of Chinese names has thousands of characters; a sample of them places a boundary well enough. */
const MOST_CHARACTERS = 4_096;
/** Keys of a page that are looked at. */
const SAMPLE = 16;
/** A double holds not much more. */
const PRECISION = 2 ** -48;
/** Characters that a boundary has behind the first one that makes it one, so that it lies well in the middle. */
const MORE_CHARACTERS = 1;

export class Alphabet {
  readonly #all = new Set<string>();
  #sorted: string[] = [];
  /** By the place in the key: digits of a number do not stand where the letters of a suffix stand. */
  readonly #places: CharacterWeights[] = [];

  /** A few keys of a page are enough. */
  learn(keys: readonly string[]): void {
    const before = this.#all.size;
    const step = Math.max(1, Math.floor(keys.length / SAMPLE));
    for (let index = 0; index < keys.length; index += step) {
      let place = 0;
      for (const character of keys[index]!) {
        if (this.#all.size < MOST_CHARACTERS) this.#all.add(character);
        if (this.#all.has(character)) this.#at(place).learn(character, step / keys.length);
        place++;
      }
    }
    if (this.#all.size > before) this.#sorted = [...this.#all].sort(compareKeys);
  }

  /**
   * Where a key stands, from 0 to 1, among those with the same first `from` characters. A key stands before all that
   * begin with it. Undefined is the end of all keys.
   */
  fraction(key: readonly string[] | undefined, from: number): number {
    if (key === undefined) return 1;
    let value = 0;
    let width = 1;
    for (let place = from; place < key.length && width > PRECISION; place++) {
      const cell = this.#at(place).cellOf(key[place]!, this.#sorted);
      value += width * cell.start;
      width *= cell.width;
    }
    return value;
  }

  /** A key behind all that begin with `head` and go on with characters that were seen. Undefined for the empty head. */
  behind(head: string): string | undefined {
    const last = this.#sorted.at(-1);
    return head === '' || last === undefined ? undefined : head + last.repeat(6);
  }

  /**
   * A key strictly between two others that has about this share of what lies between them before it. Undefined where none
   * is found. `end` undefined: the end of all keys.
   */
  between(after: string, end: string | undefined, share = 0.5): string | undefined {
    const low = [...after];
    const high = end === undefined ? undefined : [...end];
    const from = high === undefined ? 0 : commonLength(low, high);
    const start = this.fraction(low, from);
    let rest = start + (this.fraction(high, from) - start) * share;
    let found = low.slice(0, from).join('');
    let more = MORE_CHARACTERS;
    for (let place = from, width = 1; width > PRECISION; place++) {
      const cell = this.#at(place).cellAt(rest, this.#sorted);
      if (cell === undefined) break;
      const longer = found + cell.character;
      if (end !== undefined && compareKeys(longer, end) >= 0) break;
      found = longer;
      if (compareKeys(found, after) > 0 && more-- === 0) break;
      rest = (rest - cell.start) / cell.width;
      width *= cell.width;
    }
    return compareKeys(found, after) > 0 && (end === undefined || compareKeys(found, end) < 0) ? found : undefined;
  }

  #at(place: number): CharacterWeights {
    while (this.#places.length <= place) this.#places.push(new CharacterWeights());
    return this.#places[place]!;
  }
}

/** Characters that both begin with. */
export function commonLength(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
