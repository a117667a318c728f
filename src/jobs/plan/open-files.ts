/** The number of files that this process may open. */
import { readFileSync } from 'node:fs';

/**
 * Undefined when there is no limit, or an unknown one. (Node raises the soft limit to the hard limit when it starts.)
 */
export function openFilesLimit(): number | undefined {
  try {
    const limit = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined || limit === 'unlimited' ? undefined : Number(limit);
  } catch {
    // Not Linux.
    return undefined;
  }
}
