/** The end of what a run has opened. */
import pMap from 'p-map';
import { type TransferError, toTransferError } from '../../errors.js';
import { within } from '../../lib/waiting/within.js';

type Closable = { close(): Promise<void> } | undefined | false;

/**
 * Closes everything, also when one of them fails; returns the first failure. `inOrder`: one after the other, the last one
 * that was opened first, where what was opened later uses what was opened before.
 */
export async function closeAll(
  opened: readonly Closable[],
  { inOrder = false } = {},
): Promise<TransferError | undefined> {
  const order = inOrder ? [...opened].reverse() : opened;
  const concurrency = inOrder ? 1 : Number.POSITIVE_INFINITY;
  try {
    await pMap(order, (one) => (one ? one.close() : undefined), { concurrency, stopOnError: false });
    return undefined;
  } catch (error) {
    return toTransferError((error as AggregateError).errors[0]);
  }
}

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
