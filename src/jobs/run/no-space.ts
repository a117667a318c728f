/** What a run that has no disk left says about the room that it needs. */
import { TransferError } from '../../errors.js';
import type { Stats } from '../../events/stats.js';
import { formatBytes } from '../../events/units.js';

/** Adds how many bytes are still missing (what is on its way to the disks at that moment included), where the listing is complete or the bucket has told its size. */
export function withMissingBytes(error: TransferError, stats: Stats): TransferError {
  if (error.code !== 'ERR_NO_SPACE') return error;
  const { isListingDone, foundBytes, usageBytes, settledBytes } = stats;
  const totalBytes = isListingDone ? foundBytes : usageBytes;
  if (totalBytes === undefined || totalBytes <= settledBytes) return error;
  const missingBytes = totalBytes - settledBytes;
  return new TransferError(
    'ERR_NO_SPACE',
    `${error.message}; at most ${missingBytes} bytes (${formatBytes(missingBytes)}) are still to be stored`,
    { cause: error },
  );
}
