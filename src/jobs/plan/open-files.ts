/** How many files this process may open. */
import { readFileSync } from 'node:fs';

/** Undefined where there is no limit, or none that can be known. (Node raises the soft limit to the hard one when it starts.) */
export function openFilesLimit(): number | undefined {
  try {
    const limit = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
    return limit === undefined || limit === 'unlimited' ? undefined : Number(limit);
  } catch {
    // Not Linux.
    return undefined;
  }
}
