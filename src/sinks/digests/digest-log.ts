/** The MD5 of every file that a volume stored: what a later check of the contents compares with. */

import { RecordLog } from '../../lib/record-index/record-log.js';
import { DIGEST_RECORD_BYTES, writeDigestRecord } from './digest-record.js';

/** Lives in the volume's thread. A key stored again gets another record; the last one counts. Throws system errors. */
export class DigestLog {
  readonly #records: RecordLog;
  readonly #record = Buffer.alloc(DIGEST_RECORD_BYTES);

  /** The folder of `path` has to be there; the file is made by the first write. */
  constructor(path: string) {
    this.#records = new RecordLog(path, DIGEST_RECORD_BYTES);
  }

  /** Takes the digest of a stored file; it is written by `flush`, or when 64 KiB have gathered. */
  add(key: string, md5Hex: string, mtimeMs: number): void {
    writeDigestRecord(this.#record, key, md5Hex, mtimeMs);
    this.#records.append(this.#record);
  }

  flush(): void {
    this.#records.flush();
  }

  /** All digests so far are on the disk afterwards. */
  sync(): void {
    this.#records.sync();
  }

  close(): void {
    this.#records.close();
  }
}
