/** A set of texts that only grows, kept as their hashes in a file: `openHashIndex` answers whether it has one. */
import { KEY_HASH_BYTES, writeKeyHash } from './key-hash.js';
import { RecordLog } from './record-log.js';

/** What openHashIndex has to be told about such a file. */
export const HASH_LOG_RECORD_BYTES = KEY_HASH_BYTES;

/** Synchronous; throws system errors. */
export class HashLog {
  readonly #records: RecordLog;
  readonly #record = Buffer.alloc(HASH_LOG_RECORD_BYTES);

  /** The folder of `path` has to be there; the file is made by the first write. */
  constructor(path: string) {
    this.#records = new RecordLog(path, HASH_LOG_RECORD_BYTES);
  }

  add(text: string): void {
    writeKeyHash(text, this.#record);
    this.#records.append(this.#record);
  }

  /** What was added can be read from the file afterwards. */
  flush(): void {
    this.#records.flush();
  }

  close(): void {
    this.#records.close();
  }
}
