/** The digest log as the thread writes it. Its failure does not fail an object: only a later check needs the log. */
import { isShortOfFiles } from '../../errors.js';
import { type GiveWay, isNoSpace, withSpaceSync } from '../../lib/files/with-space.js';
import { withFilesSync } from '../../model/open-files.js';
import { systemText } from '../../texts/system.js';
import { codeOf } from '../thread/faults.js';
import type { VolumeFault } from '../thread/messages.js';
import { DigestLog } from './digest-log.js';

/**
 * After the first failure it writes nothing more: a log with a gap is no better than a shorter log. On a full disk the
 * digests wait in memory, up to the size of the log's buffer. No more files come before the disk has room.
 */
export class DigestWriter {
  readonly #giveWay: GiveWay | undefined;
  #log: DigestLog | undefined;
  #fault: VolumeFault | undefined;
  /** Set when the last attempt could not open a file. */
  #shortage: Error | undefined;

  /** `giveWay`: makes room for writes that a full disk must still take. */
  constructor(path: string, giveWay?: GiveWay) {
    this.#log = new DigestLog(path);
    this.#giveWay = giveWay;
  }

  add(key: string, md5: string, mtimeMs: number): void {
    this.#attempt((log) => log.add(key, md5, mtimeMs));
  }

  flush(): void {
    this.#attempt((log) => log.flush(), { mayWait: true });
  }

  /** Throws when no file can be opened; a later call can succeed. */
  sync(): void {
    const work = (log: DigestLog) => withFilesSync(() => log.sync());
    this.#attempt((log) => withSpaceSync(() => work(log), this.#giveWay), { mayWait: true });
    if (this.#shortage !== undefined) throw this.#shortage;
  }

  close(): void {
    this.#attempt((log) => withSpaceSync(() => log.flush(), this.#giveWay));
    this.#attempt((log) => log.close());
    this.#log = undefined;
  }

  /** The failure. Only the first call returns it. */
  takeFault(): VolumeFault | undefined {
    const fault = this.#fault;
    this.#fault = undefined;
    return fault;
  }

  #attempt(work: (log: DigestLog) => void, { mayWait = false } = {}): void {
    if (this.#log === undefined) return;
    this.#shortage = undefined;
    try {
      work(this.#log);
    } catch (error) {
      if (mayWait && isNoSpace(error)) return;
      if (isShortOfFiles(error)) {
        // The records stay buffered.
        this.#shortage = error as Error;
        return;
      }
      const log = this.#log;
      this.#log = undefined;
      this.#fault = { code: codeOf(error) ?? 'ERR_INTERNAL', message: systemText(error) };
      try {
        log.close();
      } catch {
        // The fault above already reports the problem.
      }
    }
  }
}
