/** Adds the missing bytes to the error of a run that has no disk left. */
import { TransferError } from '../../errors.js';
import type { Stats } from '../../events/stats.js';
import { say } from '../../texts/say.js';

/** Adds the missing bytes, including bytes in flight. Needs a complete listing, or the bucket's size. */
export function withMissingBytes(error: TransferError, stats: Stats): TransferError {
  if (error.code !== 'ERR_NO_SPACE') return error;
  const { isListingDone, foundBytes, usageBytes, settledBytes } = stats;
  const totalBytes = isListingDone ? foundBytes : usageBytes;
  if (totalBytes === undefined || totalBytes <= settledBytes) return error;
  const missingBytes = totalBytes - settledBytes;
  return new TransferError('ERR_NO_SPACE', say.jobs.missingBytes(error.message, missingBytes), { cause: error });
}
