/** How long a run waits for the end of what it has opened. */
import type { TransferError } from '../../errors.js';
import { within } from '../../lib/waiting/within.js';

/** After a stall, the time that an unresponsive disk or source has for a clean end. */
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * Waits for `work`, which closes something at the end of a run. A server or disk that did not answer for three times the
 * stall time will not answer now: then it waits for a short time only, and `onStuck` is called when that is over.
 */
export function closing<T>(
  work: Promise<T>,
  { failure, onStuck }: { failure: TransferError | undefined; onStuck: () => void },
): Promise<T | undefined> {
  return failure?.code === 'ERR_STALLED' ? within(CLOSE_TIMEOUT_MS, work, onStuck) : work;
}
