/** The digest log as the thread writes it: of use later, but no reason to refuse an object now. */
import { isShortOfFiles } from '../../errors.js';
import { type GiveWay, isNoRoom, withRoomSync } from '../../lib/files/with-room.js';
import { withFilesSync } from '../../model/open-files.js';
import { codeOf } from '../thread/faults.js';
import type { VolumeFault } from '../thread/messages.js';
import { DigestLog } from './digest-log.js';

/**
 * After its first failure nothing is written any more: a log with a gap in the middle would be no better than a shorter one. On
 * a full disk the digests wait in memory, as many as the log has a buffer for: no more files come before there is room.
 */
export class DigestWriter {
  readonly #giveWay: GiveWay | undefined;
  #log: DigestLog | undefined;
  #fault: VolumeFault | undefined;
  /** No file could be opened the last time. */
  #shortage: Error | undefined;

  /** `giveWay`: for what has to be written although the disk is full. */
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

  /** Throws where no file can be opened: later it can. */
  sync(): void {
    const work = (log: DigestLog) => withFilesSync(() => log.sync());
    this.#attempt((log) => withRoomSync(() => work(log), this.#giveWay), { mayWait: true });
    if (this.#shortage !== undefined) throw this.#shortage;
  }

  close(): void {
    this.#attempt((log) => withRoomSync(() => log.flush(), this.#giveWay));
    this.#attempt((log) => log.close());
    this.#log = undefined;
  }

  /** The failure, told once. */
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
      if (mayWait && isNoRoom(error)) return;
      if (isShortOfFiles(error)) {
        // What could not be written stays buffered.
        this.#shortage = error as Error;
        return;
      }
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
