/** A folder for test files on a disk. It is always removed, and nothing else on the disk changes. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_FOLDER } from '../../../model/key.js';

export class Scratch {
  readonly path: string;

  /**
   * In the folder for temporary files of a copy, if there is one. Its name begins with the pid there, so that a later run
   * removes it if this process is killed. Otherwise in `base` itself. Throws the system's error.
   */
  constructor(base: string) {
    const temp = join(base, STATE_FOLDER, 'tmp');
    const prefix = existsSync(temp)
      ? join(temp, `${process.pid}-doctor-`)
      : join(base, `.sluice-doctor-${process.pid}-`);
    this.path = mkdtempSync(prefix);
  }

  /** Throws the system's error. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
