/**
 * UTF-16 text, as Windows writes it, → UTF-8; other input passes unchanged. An invalid character becomes a byte that is
 * not UTF-8, so that only its own line is rejected.
 */

/** This many bytes identify UTF-16 without a mark: in Latin text every second byte is NUL. */
const TELLING_BYTES = 8;
const NONE = Buffer.alloc(0);
const NO_CHARACTER = Buffer.from([0xff]);
const LINE_FEED = 10;

type Encoding = 'utf8' | 'utf16le' | 'utf16be';

export class TextDecoding {
  #encoding: Encoding | undefined;
  /** Bytes that do not yet show their encoding, or half a character. */
  #rest: Buffer = NONE;

  /** The UTF-8 text of this chunk. */
  push(chunk: Buffer): Buffer {
    if (this.#encoding === 'utf8') return chunk;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#encoding ??= encodingOf(this.#rest);
    return this.#encoding === undefined ? NONE : this.#take(false);
  }

  /** The rest at the end of the input. */
  flush(): Buffer {
    this.#encoding ??= 'utf8';
    return this.#take(true);
  }

  #take(isEnd: boolean): Buffer {
    const bytes = this.#rest;
    this.#rest = NONE;
    if (this.#encoding === 'utf8') return bytes;
    const units = isEnd ? bytes.length >> 1 : wholeUnits(bytes, this.#encoding === 'utf16be');
    const whole = Buffer.from(bytes.subarray(0, 2 * units));
    const text = (this.#encoding === 'utf16be' ? whole.swap16() : whole).toString('utf16le');
    const odd = bytes.subarray(2 * units);
    if (!isEnd) this.#rest = Buffer.from(odd);
    // Another program may add a line feed of one byte after the text; it is not part of the text.
    const isBroken = isEnd && odd.length > 0 && odd[0] !== LINE_FEED;
    return isBroken ? Buffer.concat([encoded(text), NO_CHARACTER]) : encoded(text);
  }
}

/** Length of the complete units: the chunk may end in the middle of a pair. */
function wholeUnits(bytes: Buffer, isBigEndian: boolean): number {
  const units = bytes.length >> 1;
  const highByte = bytes[2 * units - (isBigEndian ? 2 : 1)] ?? 0;
  return (highByte & 0xfc) === 0xd8 ? units - 1 : units;
}

/** Undefined while the first bytes still allow several encodings. */
function encodingOf(bytes: Buffer): Encoding | undefined {
  const [first, second] = bytes;
  if (first === 0xff || first === 0xfe) {
    if (second === undefined) return undefined;
    if (first === 0xff && second === 0xfe) return 'utf16le';
    return first === 0xfe && second === 0xff ? 'utf16be' : 'utf8';
  }
  const beginning = bytes.subarray(0, TELLING_BYTES);
  for (const encoding of ['utf16le', 'utf16be'] as const) {
    const nul = encoding === 'utf16le' ? 1 : 0;
    if (!beginning.every((byte, index) => (index % 2 === nul) === (byte === 0))) continue;
    return beginning.length === TELLING_BYTES ? encoding : undefined;
  }
  return 'utf8';
}

function encoded(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  const pieces = text.split(/\p{Surrogate}/u).map((piece) => Buffer.from(piece));
  return Buffer.concat(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [NO_CHARACTER, piece])));
}
