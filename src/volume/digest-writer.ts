/** The digest log as the thread writes it: of use later, but no reason to refuse an object now. */
import { DigestLog } from './digest-log.js';
import { codeOf } from './faults.js';
import type { VolumeFault } from './messages.js';

/** After its first failure nothing is written any more: a log with a gap in the middle would be no better than a shorter one. */
export class DigestWriter {
  #log: DigestLog | undefined;
  #fault: VolumeFault | undefined;

  constructor(path: string) {
    this.#log = new DigestLog(path);
  }

  add(key: string, md5: string, mtimeMs: number): void {
    this.#attempt((log) => log.add(key, md5, mtimeMs));
  }

  flush(): void {
    this.#attempt((log) => log.flush());
  }

  sync(): void {
    this.#attempt((log) => log.sync());
  }

  close(): void {
    this.#attempt((log) => log.close());
    this.#log = undefined;
  }

  /** The failure, told once. */
  takeFault(): VolumeFault | undefined {
    const fault = this.#fault;
    this.#fault = undefined;
    return fault;
  }

  #attempt(work: (log: DigestLog) => void): void {
    if (this.#log === undefined) return;
    try {
      work(this.#log);
    } catch (error) {
      const log = this.#log;
      this.#log = undefined;
      this.#fault = { code: codeOf(error) ?? 'ERR_INTERNAL', message: (error as Error).message };
      try {
        log.close();
      } catch {
        // It was just said what is wrong with it.
      }
    }
  }
}
