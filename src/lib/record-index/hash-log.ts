/** A set of texts that only grows, stored as hashes in a file. `openHashIndex` finds out whether it has a text. */
import { KEY_HASH_BYTES, writeKeyHash } from './key-hash.js';
import { RecordLog } from './record-log.js';

/** Pass this as `recordBytes` to openHashIndex. */
export const HASH_LOG_RECORD_BYTES = KEY_HASH_BYTES;

/** Synchronous; throws system errors. */
export class HashLog {
  readonly #records: RecordLog;
  readonly #record = Buffer.alloc(HASH_LOG_RECORD_BYTES);

  /** The directory of `path` must exist. The first write creates the file. */
  constructor(path: string) {
    this.#records = new RecordLog(path, HASH_LOG_RECORD_BYTES);
  }

  add(text: string): void {
    writeKeyHash(text, this.#record);
    this.#records.append(this.#record);
  }

  /** After this the added texts can be read from the file. */
  flush(): void {
    this.#records.flush();
  }

  close(): void {
    this.#records.close();
  }
}
