/**
 * Scans one row of a page, byte by byte. The fields are those of the row that was scanned last. Nearly all values are plain:
 * then they are checked on the way, and no expression looks at them again.
 */
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import { asideAt } from './asides.js';
import { etagOf } from './row-text.js';

const KEY = Buffer.from('Key>');
const NO_KEY = Buffer.from('Key/>');
const SIZE = Buffer.from('Size>');
const TIME = Buffer.from('LastModified>');
const ETAG = Buffer.from('ETag>');
const STORAGE_CLASS = Buffer.from('StorageClass>');
const ROW = Buffer.from('Contents');
const ROW_END = Buffer.from('/Contents');
const BEYOND_NAME = Buffer.from(' \t\r\n/>');
const QUOTE = Buffer.from('&quot;');
/** What nearly all objects have. */
export const USUAL_CLASS = 'STANDARD';
const STANDARD = Buffer.from(`${USUAL_CLASS}<`);

const [LESS, MORE, SLASH, MARK, ZERO, DASH, COLON, DOT] = [...Buffer.from('<>/!0-:.')] as number[];
const [BIG_T, BIG_Z] = [...Buffer.from('TZ')] as number[];
const MOST_DIGITS = 16;
const MOST_ETAG = 128;
/** 1 for each byte that {@link etagOf} lets pass. */
const PLAIN_IN_ETAG = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w.:+/=-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** 1 for each byte that stands for itself in a key, encoded or not. */
const PLAIN_IN_KEY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && !'<&%+'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
const DAY_CHARACTERS = '2024-02-03'.length;

export class RowScanner {
  sentKey: string | undefined;
  /** The key needs no decoding. */
  isPlainKey = false;
  size: number | undefined;
  mtimeMs: number | undefined;
  /** Without quotes; undefined where it has a form that no list may have. */
  etag: string | undefined;
  storageClass: string | undefined;
  #hasEtag = false;
  readonly #bytes: Buffer;
  /** Rows of the same day stand together. */
  #day = -1;
  #dayMs = Number.NaN;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** From behind the tag that opens a row. The first element of a name counts. Returns the place behind the row. */
  scan(from: number): number {
    const bytes = this.#bytes;
    this.sentKey = undefined;
    this.isPlainKey = false;
    this.size = undefined;
    this.mtimeMs = undefined;
    this.etag = undefined;
    this.storageClass = undefined;
    this.#hasEtag = false;
    for (let at = this.#next(from); ; at = this.#next(at)) {
      const name = at + 1;
      at = name;
      switch (bytes[name]) {
        case SLASH:
          if (isAt(bytes, ROW_END, name)) {
            const end = name + ROW_END.length;
            if (bytes[end] === MORE) return end + 1;
            // With a space in it, the next row would count as a part of this one.
            if (BEYOND_NAME.includes(bytes[end]!)) throw new TransferError('ERR_LISTING', say.s3.hiddenKeys);
          }
          break;
        case ROW[0]:
          // A row that has no end: its key would stand for that of the next one, too.
          if (isAt(bytes, ROW, name) && BEYOND_NAME.includes(bytes[name + ROW.length]!))
            throw new TransferError('ERR_LISTING', say.s3.hiddenKeys);
          break;
        case MARK:
          at = asideAt(bytes, name - 1).end;
          break;
        case KEY[0]:
          if (isAt(bytes, KEY, name)) {
            at = this.#key(name + KEY.length);
          } else if (isAt(bytes, NO_KEY, name)) this.sentKey ??= '';
          break;
        case TIME[0]:
          if (isAt(bytes, TIME, name)) {
            at = this.#next(name + TIME.length);
            this.mtimeMs ??= this.#time(name + TIME.length, at);
          }
          break;
        case ETAG[0]:
          if (isAt(bytes, ETAG, name)) {
            at = this.#etag(name + ETAG.length);
          }
          break;
        case SIZE[0]:
          if (isAt(bytes, SIZE, name)) {
            at = this.#next(name + SIZE.length);
            this.size ??= this.#number(name + SIZE.length, at);
          } else if (isAt(bytes, STORAGE_CLASS, name)) {
            at = this.#next(name + STORAGE_CLASS.length);
            this.storageClass ??= this.#class(name + STORAGE_CLASS.length, at);
          }
          break;
      }
    }
  }

  /** Returns the place of the tag behind the key. */
  #key(start: number): number {
    const bytes = this.#bytes;
    let plain = start;
    while (PLAIN_IN_KEY[bytes[plain]!] === 1) plain++;
    const end = bytes[plain] === LESS ? plain : this.#next(plain);
    // With a comment, a CDATA section or an element in it, the text would be another key.
    if (bytes[end + 1] !== SLASH) throw new TransferError('ERR_LISTING', say.s3.hiddenKeys);
    if (this.sentKey === undefined) {
      this.isPlainKey = plain === end;
      this.sentKey = bytes.toString(this.isPlainKey ? 'latin1' : 'utf8', start, end);
    }
    return end;
  }

  /** The next tag. A page that ends inside of a row is half a page. */
  #next(from: number): number {
    const bytes = this.#bytes;
    for (let at = from; at < bytes.length; at++) if (bytes[at] === LESS) return at;
    throw new TransferError('ERR_LISTING', say.s3.halfPage);
  }

  /** Returns the place of the tag behind the ETag. */
  #etag(start: number): number {
    const bytes = this.#bytes;
    const isQuoted = isAt(bytes, QUOTE, start);
    const from = isQuoted ? start + QUOTE.length : start;
    let to = from;
    while (PLAIN_IN_ETAG[bytes[to]!] === 1) to++;
    const plainEnd = isQuoted && isAt(bytes, QUOTE, to) ? to + QUOTE.length : to;
    const end = bytes[plainEnd] === LESS ? plainEnd : this.#next(plainEnd);
    if (this.#hasEtag) return end;
    this.#hasEtag = true;
    const isWhole = end === plainEnd && isQuoted === plainEnd > to;
    const isPlain = isWhole && to > from && to - from <= MOST_ETAG;
    this.etag = isPlain ? bytes.toString('latin1', from, to) : etagOf(bytes.toString('utf8', start, end));
    return end;
  }

  #class(start: number, end: number): string {
    return isAt(this.#bytes, STANDARD, start) ? USUAL_CLASS : this.#bytes.toString('utf8', start, end).trim();
  }

  /** Undefined: no number. */
  #number(start: number, end: number): number | undefined {
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = this.#bytes[at]! - ZERO!;
      if (digit < 0 || digit > 9) return spacedNumber(this.#bytes.toString('latin1', start, end));
      value = value * 10 + digit;
    }
    return end > start && end - start <= MOST_DIGITS ? value : undefined;
  }

  /** `2024-02-03T04:05:06.000Z` in every store; what else `Date` reads is taken, too. */
  #time(start: number, end: number): number | undefined {
    const bytes = this.#bytes;
    const length = end - start;
    const isIso =
      (length === 24 || length === 20) &&
      bytes[start + 4] === DASH &&
      bytes[start + 7] === DASH &&
      bytes[start + 10] === BIG_T &&
      bytes[start + 13] === COLON &&
      bytes[start + 16] === COLON &&
      bytes[end - 1] === BIG_Z &&
      (length === 20 || bytes[start + 19] === DOT);
    if (!isIso) return validTime(Date.parse(bytes.toString('latin1', start, end)));
    const day = this.#two(start) * 1e6 + this.#two(start + 2) * 1e4 + this.#two(start + 5) * 100 + this.#two(start + 8);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayMs = Date.parse(bytes.toString('latin1', start, start + DAY_CHARACTERS));
    }
    const seconds = (this.#two(start + 11) * 60 + this.#two(start + 14)) * 60 + this.#two(start + 17);
    const ms = length === 20 ? 0 : this.#two(start + 20) * 10 + bytes[start + 22]! - ZERO!;
    return validTime(this.#dayMs + seconds * 1_000 + ms);
  }

  /** Not a number where these are no two digits. */
  #two(at: number): number {
    const tens = this.#bytes[at]! - ZERO!;
    const ones = this.#bytes[at + 1]! - ZERO!;
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
  }
}

/** Whether these bytes stand at a place. */
export function isAt(bytes: Uint8Array, wanted: Uint8Array, place: number): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[place + index] !== wanted[index]) return false;
  return true;
}

function spacedNumber(text: string): number | undefined {
  const digits = text.trim();
  return /^\d{1,16}$/.test(digits) ? Number(digits) : undefined;
}

function validTime(ms: number): number | undefined {
  return Number.isNaN(ms) || ms < 0 ? undefined : ms;
}
