/** A comparison of nothing proves nothing. */
import { TransferError } from '../../errors.js';
import type { Stats } from '../../events/stats.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';

/**
 * Disks and source are alike only when something was compared. An input without lines usually means a pipe that failed,
 * and a filter without matches is usually a mistake. An empty listing from the server is a valid result.
 */
export function nothingCompared(config: Config, stats: Stats): TransferError | undefined {
  const { command, isInput, isAllowEmpty, include, exclude } = config;
  if (command !== 'verify' || isAllowEmpty || stats.settled > 0 || stats.elsewhere > 0) return undefined;
  // Sluice does not list an excluded folder, and so does not count its objects.
  if (stats.excluded > 0 || (!isInput && include.length + exclude.length > 0)) {
    return nothingError(say.jobs.verify.filtersLeaveNothing);
  }
  return isInput ? nothingError(say.jobs.verify.emptyInput) : undefined;
}

function nothingError(why: string): TransferError {
  return new TransferError('ERR_NOTHING_COMPARED', say.jobs.verify.nothing(why));
}
