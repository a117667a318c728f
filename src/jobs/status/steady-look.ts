/** Reads files of a job that another process may be writing. */
import type { LockHolder } from '../../journal/lock.js';

/** When a run begins or ends during a look, Sluice looks again. This is the limit. */
const LOOKS = 5;

/**
 * Returns what `load` gives while the holder of the lock stays the same. Without this check, a run that ends during the
 * look seems to have been killed. Rejects with what either of them throws.
 */
export async function lookSteadily<T>(
  holderNow: () => Promise<LockHolder | undefined>,
  load: () => T,
): Promise<{ holder: LockHolder | undefined; loaded: T }> {
  for (let look = 1; ; look++) {
    const before = await holderNow();
    const loaded = load();
    const holder = await holderNow();
    const isSame = before?.pid === holder?.pid && before?.startedAt === holder?.startedAt;
    if (isSame || look === LOOKS) return { holder, loaded };
  }
}
