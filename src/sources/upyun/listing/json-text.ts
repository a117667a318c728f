/**
 * A JSON reader that goes from left to right. Unlike `JSON.parse` it reports repeated names, returns what comes before
 * a cut, and accepts control characters in strings. It returns strings raw.
 */
import { say } from '../../../texts/say.js';

/** From here on the text is not JSON, or it ends too early. */
export class JsonFault extends Error {}

export const QUOTE = 34;
export const COMMA = 44;
const COLON = 58;
export const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
export const OPEN_BRACE = 123;
export const CLOSE_BRACE = 125;

/** A listing has no deeper values. */
const MAX_DEPTH = 64;

export class JsonText {
  readonly #text: string;
  readonly #hasEscapes: boolean;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#hasEscapes = text.includes('\\');
  }

  /** The code of the next non-space character; NaN at the end. */
  peek(): number {
    let code = this.#text.charCodeAt(this.#at);
    while (code === 32 || code === 10 || code === 13 || code === 9) code = this.#text.charCodeAt(++this.#at);
    return code;
  }

  /** Skips this character if it is the next one. */
  skip(code: number): boolean {
    if (this.peek() !== code) return false;
    this.#at++;
    return true;
  }

  expect(code: number): void {
    if (!this.skip(code)) throw this.fault();
  }

  fault(): JsonFault {
    const place = JSON.stringify(this.#text.slice(this.#at, this.#at + 40));
    const { listing } = say.sources.upyun;
    return new JsonFault(Number.isNaN(this.peek()) ? listing.tooShort : listing.badJson(this.#at, place));
  }

  /** The raw text between the quotes; {@link unescaped} decodes it. */
  string(): string {
    const start = this.#stringStart();
    return this.#text.slice(start, this.#at - 1);
  }

  /** Reads a member's name and its colon. Returns the index in `names`, or -1. */
  member(names: readonly string[]): number {
    const start = this.#stringStart();
    const length = this.#at - 1 - start;
    if (this.#text.charCodeAt(this.#at) === COLON) this.#at++;
    else this.expect(COLON);
    for (let index = 0; index < names.length; index++) {
      if (names[index]!.length === length && this.#text.startsWith(names[index]!, start)) return index;
    }
    return -1;
  }

  /** Digits, few enough for an exact number; undefined, and nothing read, if something else comes. */
  digits(): number | undefined {
    this.peek();
    let at = this.#at;
    let value = 0;
    let code = this.#text.charCodeAt(at);
    for (; code >= ZERO && code <= NINE; code = this.#text.charCodeAt(++at)) value = value * 10 + (code - ZERO);
    const isWhole = at > this.#at && at - this.#at <= 15 && (code === COMMA || code === CLOSE_BRACE);
    if (!isWhole) return undefined;
    this.#at = at;
    return value;
  }

  /** Skips a string and returns its start. */
  #stringStart(): number {
    if (this.#text.charCodeAt(this.#at) === QUOTE) this.#at++;
    else this.expect(QUOTE);
    const start = this.#at;
    let end = this.#text.indexOf('"', start);
    if (this.#hasEscapes) while (end !== -1 && this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) {
      this.#at = this.#text.length;
      throw this.fault();
    }
    this.#at = end + 1;
    return start;
  }

  /** A number, or a word. */
  literal(): string {
    this.peek();
    const start = this.#at;
    let at = start;
    for (let code = this.#text.charCodeAt(at); isLiteral(code); code = this.#text.charCodeAt(++at));
    // At the end of the text the value may be cut.
    if (at === start || at === this.#text.length) throw this.fault();
    this.#at = at;
    return this.#text.slice(start, at);
  }

  /** Skips a value of any kind. */
  value(depth = 0): void {
    const code = this.peek();
    if (code === QUOTE) this.string();
    else if (code === OPEN_BRACE) this.members([], () => this.value(depth + 1), depth);
    else if (code === OPEN_BRACKET) this.elements(() => this.value(depth + 1), depth);
    else this.literal();
  }

  /**
   * Reads an object. Calls `read` before each member's value, with its index in `names` (-1: not in it); `read` must
   * read the value.
   */
  members(names: readonly string[], read: (member: number) => void, depth = 0): void {
    this.#within(depth);
    this.expect(OPEN_BRACE);
    if (this.skip(CLOSE_BRACE)) return;
    do read(this.member(names));
    while (this.skip(COMMA));
    this.expect(CLOSE_BRACE);
  }

  /** Reads an array. Calls `read` before each element; `read` must read it. */
  elements(read: () => void, depth = 0): void {
    this.#within(depth);
    this.expect(OPEN_BRACKET);
    if (this.skip(CLOSE_BRACKET)) return;
    do read();
    while (this.skip(COMMA));
    this.expect(CLOSE_BRACKET);
  }

  /** Throws if anything else follows. */
  end(): void {
    if (!Number.isNaN(this.peek())) throw this.fault();
  }

  #within(depth: number): void {
    if (depth > MAX_DEPTH) throw new JsonFault(say.sources.upyun.listing.tooDeep(MAX_DEPTH));
  }

  /** Whether an odd number of backslashes comes before it. */
  #isEscaped(at: number, start: number): boolean {
    let before = at;
    while (before > start && this.#text.charCodeAt(before - 1) === BACKSLASH) before--;
    return (at - before) % 2 === 1;
  }
}

const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;

/** Digits, letters (some servers write `NaN`, which is not JSON, for a missing number), `+`, `-` and `.`. */
function isLiteral(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    code === 46 ||
    code === 45 ||
    code === 43 ||
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90)
  );
}

/** Decodes a raw string; undefined if an escape is invalid. */
export function unescaped(raw: string): string | undefined {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw.replace(/[\u0000-\u001f]/g, (char) => JSON.stringify(char).slice(1, -1))}"`);
  } catch {
    return undefined;
  }
}
