/** The end of what a run has opened. */
import pMap from 'p-map';
import { type TransferError, toTransferError } from '../../errors.js';

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
