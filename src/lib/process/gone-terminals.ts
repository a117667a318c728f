/**
 * Closes a terminal that is gone, before Node handles it. At exit Node restores the modes of each terminal, and aborts
 * when that fails (node::ResetStdio).
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Called last, so that the exit code stays the same when a terminal is gone. */
export function leaveGoneTerminals(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (isatty(fd) || !fstatSync(fd).isCharacterDevice()) continue;
      closeSync(fd);
      // Takes the same descriptor number.
      openSync('/dev/null', 'r+');
    } catch {
      // It is not open, so Node restores nothing.
    }
  }
}
