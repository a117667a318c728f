/** The MD5 of every file that a volume stored. A later check of the contents compares with it. */

import { RecordLog } from '../../lib/record-index/record-log.js';
import { DIGEST_RECORD_BYTES, writeDigestRecord } from './digest-record.js';

/** Lives in the volume's thread. A key may have several records; the last one counts. Throws system errors. */
export class DigestLog {
  readonly #records: RecordLog;
  readonly #record = Buffer.alloc(DIGEST_RECORD_BYTES);

  /** The folder of `path` must exist. The first write creates the file. */
  constructor(path: string) {
    this.#records = new RecordLog(path, DIGEST_RECORD_BYTES);
  }

  /** Buffers the digest of a stored file. `flush` writes it, and so does `add` once the buffer holds 64 KiB. */
  add(key: string, md5Hex: string, mtimeMs: number): void {
    writeDigestRecord(this.#record, key, md5Hex, mtimeMs);
    this.#records.append(this.#record);
  }

  flush(): void {
    this.#records.flush();
  }

  /** Makes all digests so far durable. */
  sync(): void {
    this.#records.sync();
  }

  close(): void {
    this.#records.close();
  }
}
