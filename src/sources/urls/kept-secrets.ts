/** What must be in no file, in memory, for lines of a file that have its number. Each different one is kept once. */
import type { Headers } from '../../model/urls/url-target.js';

/** In memory at most, in characters: some 100,000 different logins. */
const MAX_CHARS = 16 * 1024 * 1024;
/** What an entry takes besides its text. */
const ENTRY_CHARS = 100;

interface Kept {
  readonly number: number;
  readonly headers: Headers;
  readonly text: string;
  /** Lines that have the number. */
  lines: number;
}

export class KeptSecrets {
  readonly #maxChars: number;
  readonly #byText = new Map<string, Kept>();
  readonly #byNumber = new Map<number, Kept>();
  #chars = 0;
  #last = 0;

  constructor(maxChars = MAX_CHARS) {
    this.#maxChars = maxChars;
  }

  /** The number for one more line; undefined = there is no room. */
  keep(headers: Headers): number | undefined {
    const text = JSON.stringify(headers);
    const known = this.#byText.get(text);
    if (known !== undefined) {
      known.lines++;
      return known.number;
    }
    const chars = text.length + ENTRY_CHARS;
    if (this.#chars + chars > this.#maxChars) return undefined;
    this.#chars += chars;
    const kept = { number: ++this.#last, headers, text, lines: 1 };
    this.#byText.set(text, kept);
    this.#byNumber.set(kept.number, kept);
    return kept.number;
  }

  /** What a line has the number of; the line is read once. Undefined for 0. */
  take(number: number): Headers | undefined {
    const kept = this.#byNumber.get(number);
    if (kept === undefined || --kept.lines > 0) return kept?.headers;
    this.#byNumber.delete(number);
    this.#byText.delete(kept.text);
    this.#chars -= kept.text.length + ENTRY_CHARS;
    return kept.headers;
  }
}
