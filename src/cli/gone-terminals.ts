/** Leaves a terminal that is gone before Node does: it sets the modes of what was one as they were, and aborts where that fails (node::ResetStdio). */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/** For the very end: the exit code stays what it is, whatever became of the terminal. */
export function leaveGoneTerminals(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (isatty(fd) || !fstatSync(fd).isCharacterDevice()) continue;
      closeSync(fd);
      // Takes its number.
      openSync('/dev/null', 'r+');
    } catch {
      // It is not open: there is nothing to be set.
    }
  }
}
