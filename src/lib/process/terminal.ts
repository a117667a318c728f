/** Whether a terminal is still there. One that has gone away gives an end of file to whoever reads, and an error to whoever writes. */
import { isatty } from 'node:tty';

/** `stream` was a terminal when the process began. */
export function isGoneTerminal(stream: object): boolean {
  const { isTTY, fd } = stream as { isTTY?: boolean; fd?: number };
  return isTTY === true && fd !== undefined && !isatty(fd);
}
