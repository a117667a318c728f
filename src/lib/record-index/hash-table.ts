/** A table in memory from the hash of a text to a number: 16 bytes a slot, whatever the texts are. */
import { hash } from 'node:crypto';

/** Words of a slot: two of the hash, two of the value. */
const WORDS = 4;
const FIRST_SLOTS = 1_024;
/** Beyond this share of used slots the table doubles. */
const FULL = 0.6;
const WORD = 2 ** 32;

export class HashTable {
  #slots = FIRST_SLOTS;
  #words = new Uint32Array(FIRST_SLOTS * WORDS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Undefined if the text has none. Two texts share a hash with a chance of 1 in 2^64. */
  get(text: string): number | undefined {
    return this.getHash(hash('md5', text));
  }

  /** The same by {@link hashName}. */
  getHash(name: string): number | undefined {
    const [high, low] = wordsOf(name);
    const at = this.#find(high, low);
    return this.#isFree(at) ? undefined : this.#words[at + 2]! * WORD + this.#words[at + 3]!;
  }

  /** `value`: a whole number from 0 on, of at most 53 bits. Replaces the value that the text has. */
  set(text: string, value: number): void {
    this.setHash(hash('md5', text), value);
  }

  /** The same by {@link hashName}. */
  setHash(name: string, value: number): void {
    const [high, low] = wordsOf(name);
    this.#put(high, low, Math.floor(value / WORD), value % WORD);
    if (this.#size > this.#slots * FULL) this.#grow();
  }

  #put(high: number, low: number, valueHigh: number, valueLow: number): void {
    const at = this.#find(high, low);
    if (this.#isFree(at)) this.#size++;
    this.#words.set([high, low, valueHigh, valueLow], at);
  }

  /** The slot of the hash, or the free one where it belongs. */
  #find(high: number, low: number): number {
    for (let slot = low % this.#slots; ; slot = (slot + 1) % this.#slots) {
      const at = slot * WORDS;
      if (this.#isFree(at) || (this.#words[at] === high && this.#words[at + 1] === low)) return at;
    }
  }

  /** No hash is 0. */
  #isFree(at: number): boolean {
    return this.#words[at] === 0 && this.#words[at + 1] === 0;
  }

  #grow(): void {
    const before = this.#words;
    this.#slots *= 2;
    this.#words = new Uint32Array(this.#slots * WORDS);
    this.#size = 0;
    for (let at = 0; at < before.length; at += WORDS) {
      if (before[at] === 0 && before[at + 1] === 0) continue;
      this.#put(before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!);
    }
  }
}

/** Of a name that {@link hashName} gives. */
export const HASH_DIGITS = 16;

/** What stands for a text in a table: hexadecimal digits. */
export function hashName(text: string): string {
  return hash('md5', text).slice(0, HASH_DIGITS);
}

function wordsOf(hex: string): [high: number, low: number] {
  const high = Number.parseInt(hex.slice(0, 8), 16);
  return [high === 0 ? 1 : high, Number.parseInt(hex.slice(8, 16), 16)];
}

/** 48 bits of the hash of a text, as a value of a table. */
export function shortHash(text: string): number {
  return Number.parseInt(hash('md5', text).slice(0, 12), 16);
}
