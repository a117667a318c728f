/** Whether a terminal still exists. After it is gone, a read gives end of file, and a write gives an error. */
import { isatty } from 'node:tty';

/** `stream` must have been a terminal when the process began. */
export function isGoneTerminal(stream: object): boolean {
  const { isTTY, fd } = stream as { isTTY?: boolean; fd?: number };
  return isTTY === true && fd !== undefined && !isatty(fd);
}
