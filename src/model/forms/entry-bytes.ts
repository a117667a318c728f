/** Entries as lines of NDJSON in bytes: what `entryToLine` gives, without a text for each of its pieces. */
import { entryToLine, type ObjectEntry } from '../entry.js';
import { isoTime } from '../time.js';

const KEY = Buffer.from('{"key":"');
const SIZE = Buffer.from('","size":');
const TIME = Buffer.from(',"mtime":"');
const ETAG = Buffer.from('","etag":"');
const END = Buffer.from('"}\n');
const [ZERO, COLON, DOT, BIG_T, BIG_Z] = [...Buffer.from('0:.TZ')] as number[];

const DAY_MS = 86_400_000;
/** 9999-12-31 and its last millisecond: a later year has another form. */
const LAST_MS = 253_402_300_799_999;
const DAY_CHARACTERS = '2024-02-03'.length;
/** A 32-bit integer: a larger size is rare. */
const MOST_INTEGER = 2 ** 31 - 1;
/** Everything of a line but its key and its ETag takes 80 at most. */
const REST_BYTES = 128;
/** Of one UTF-16 code unit. */
const MOST_UTF8_BYTES = 3;
const FIRST_BYTES = 64 * 1024;
/** Writes end in order, so a few buffers go round. */
const MOST_FREE = 4;

/** 1 for each byte that is the same character in JSON, and may be shown. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c ? 1 : 0,
);

export class EntryBytes {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  /** Were taken, and are written. */
  readonly #free: Buffer[] = [];
  #day = -1;
  readonly #dayText = new Uint8Array(DAY_CHARACTERS);

  /** The line of an object, and a line feed. */
  add(entry: ObjectEntry): void {
    const start = this.#length;
    if (this.#addPlain(entry)) return;
    this.#length = start;
    this.addText(`${entryToLine(entry)}\n`);
  }

  /** Any text, in UTF-8. */
  addText(text: string): void {
    this.#reserve(text.length * MOST_UTF8_BYTES);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  /** All that was added. The caller returns it to {@link free} once it is written. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = this.#free.pop() ?? Buffer.allocUnsafe(this.#bytes.length);
    this.#length = 0;
    return taken;
  }

  /** Takes the memory of a buffer back. */
  free({ buffer, byteOffset }: Buffer): void {
    if (this.#free.length < MOST_FREE) this.#free.push(Buffer.from(buffer, byteOffset));
  }

  /** False: it is not one of the lines that nearly all objects have; what was added does not count. */
  #addPlain({ key, size, mtimeMs, etag, isWrong, absence, md5, storageClass, target }: ObjectEntry): boolean {
    const isPlain = size !== undefined && size <= MOST_INTEGER && mtimeMs !== undefined && etag !== undefined;
    const isMore = isWrong === true || absence !== undefined || md5 !== undefined;
    if (!isPlain || isMore || storageClass !== undefined || target !== undefined) return false;
    if (!(mtimeMs >= 0 && mtimeMs <= LAST_MS)) return false;
    this.#reserve(key.length + etag.length + REST_BYTES);
    this.#addBytes(KEY);
    if (!this.#addCharacters(key)) return false;
    this.#addBytes(SIZE);
    this.#addInteger(size);
    this.#addBytes(TIME);
    this.#addTime(Math.floor(mtimeMs));
    this.#addBytes(ETAG);
    if (!this.#addCharacters(etag)) return false;
    this.#addBytes(END);
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + bytes));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }

  #addBytes(added: Uint8Array): void {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < added.length; index++) bytes[at++] = added[index]!;
    this.#length = at;
  }

  /** False at the first one that is not plain. */
  #addCharacters(text: string): boolean {
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (PLAIN[unit] !== 1) return false;
      bytes[at++] = unit;
    }
    this.#length = at;
    return true;
  }

  #addInteger(value: number): void {
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    this.#digits(value, digits);
  }

  #digits(value: number, count: number): void {
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const shorter = Math.floor(rest / 10);
      this.#bytes[at] = ZERO! + (rest - shorter * 10);
      rest = shorter;
    }
    this.#length += count;
  }

  #byte(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  /** As `isoTime`. */
  #addTime(timeMs: number): void {
    const day = Math.floor(timeMs / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#dayText.set(Buffer.from(isoTime(timeMs).slice(0, DAY_CHARACTERS)));
    }
    this.#addBytes(this.#dayText);
    const ofDayMs = timeMs - day * DAY_MS;
    const seconds = Math.floor(ofDayMs / 1_000);
    const minutes = Math.floor(seconds / 60);
    this.#byte(BIG_T!);
    this.#digits(Math.floor(minutes / 60), 2);
    this.#byte(COLON!);
    this.#digits(minutes % 60, 2);
    this.#byte(COLON!);
    this.#digits(seconds % 60, 2);
    this.#byte(DOT!);
    this.#digits(ofDayMs % 1_000, 3);
    this.#byte(BIG_Z!);
  }
}
