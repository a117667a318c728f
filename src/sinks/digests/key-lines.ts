/**
 * Records on the disk which lines of an input name which key. At the end it finds the lines that a later line of the
 * same key replaces. Keys are compared by their whole MD5: among 300 million keys a collision is practically
 * impossible.
 */
import { hash } from 'node:crypto';
import { type HashIndex, openHashIndex } from '../../lib/record-index/hash-index.js';
import { RecordLog } from '../../lib/record-index/record-log.js';

const HASH_BYTES = 16;
/** Hash | number of the line (double) | a value (double). */
const RECORD_BYTES = HASH_BYTES + 16;

/** Synchronous until `settle`. Throws system errors. */
export class KeyLines {
  readonly #path: string;
  readonly #tempFolder: string;
  readonly #records: RecordLog;
  readonly #record = Buffer.alloc(RECORD_BYTES);
  #index: HashIndex | undefined;

  /** `tempFolder` must exist. */
  constructor(tempFolder: string) {
    this.#path = `${tempFolder}/lines`;
    this.#tempFolder = tempFolder;
    this.#records = new RecordLog(this.#path, RECORD_BYTES);
  }

  /** Adds a line. Lines may come in any order; the larger number is the later line. */
  add(key: string, line: number, value: number): void {
    this.#record.write(hash('md5', key, 'binary'), 0, HASH_BYTES, 'binary');
    this.#record.writeDoubleLE(line, HASH_BYTES);
    this.#record.writeDoubleLE(value, HASH_BYTES + 8);
    this.#records.append(this.#record);
  }

  /** Ends the adding. Calls `onReplaced` for each line that a later line of its key replaces, with its value. */
  async settle(onReplaced: (value: number) => void): Promise<void> {
    this.#records.flush();
    this.#index = await openHashIndex(this.#path, { recordBytes: RECORD_BYTES, tempFolder: this.#tempFolder });
    const buckets = new BucketScan(onReplaced);
    for (const { bucket, bytes } of this.#index.windows()) buckets.take(bucket, bytes);
  }

  /** Whether no later line names that key. Call it after `settle`. */
  isLast(key: string, line: number): boolean {
    const keyHash = Buffer.from(hash('md5', key), 'hex');
    for (const record of this.#index!.matches(keyHash)) {
      if (record.readDoubleLE(HASH_BYTES) > line && record.subarray(0, HASH_BYTES).equals(keyHash)) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#records.close();
    await this.#index?.close();
  }
}

/** A part of the hash that fits into a number, and nearly always distinguishes the keys of one bucket. */
const SHORT_OFFSET = 4;
const SHORT_BYTES = 6;

/** All lines of a key lie in one bucket. */
class BucketScan {
  readonly #onReplaced: (value: number) => void;
  readonly #seen = new Set<number>();
  #last = new Map<string, { line: number; value: number }>();
  #bucket = -1;

  constructor(onReplaced: (value: number) => void) {
    this.#onReplaced = onReplaced;
  }

  take(bucket: number, bytes: Buffer): void {
    const isWhole = bucket !== this.#bucket;
    if (isWhole) this.#last = new Map();
    this.#bucket = bucket;
    // A bucket comes in several pieces only when one key comes very often.
    if (isWhole && bytes.length < WHOLE_BYTES && this.#areAllNew(bytes)) return;
    for (let offset = 0; offset < bytes.length; offset += RECORD_BYTES) {
      this.#takeOne(bytes.subarray(offset, offset + RECORD_BYTES));
    }
  }

  /** A fast path for the usual case: it takes a third of the time. */
  #areAllNew(bytes: Buffer): boolean {
    this.#seen.clear();
    for (let at = SHORT_OFFSET; at < bytes.length; at += RECORD_BYTES)
      this.#seen.add(bytes.readUIntBE(at, SHORT_BYTES));
    return this.#seen.size === bytes.length / RECORD_BYTES;
  }

  #takeOne(record: Buffer): void {
    const key = record.toString('latin1', 0, HASH_BYTES);
    const one = { line: record.readDoubleLE(HASH_BYTES), value: record.readDoubleLE(HASH_BYTES + 8) };
    const other = this.#last.get(key);
    const [older, newer] = other !== undefined && other.line > one.line ? [one, other] : [other, one];
    this.#last.set(key, newer);
    if (older !== undefined) this.#onReplaced(older.value);
  }
}

/** The most that a window holds. A window that is not full is a whole bucket. */
const WHOLE_BYTES = 64 * 1024 - RECORD_BYTES;
