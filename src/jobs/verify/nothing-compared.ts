/** A comparison of nothing is no proof. */
import { TransferError } from '../../errors.js';
import type { Stats } from '../../events/stats.js';
import type { Config } from '../options.js';

/**
 * Disks and source are alike only where something was compared: an input without lines is more often a pipe that failed, and
 * a filter that leaves nothing a slip. A listing of the server that has nothing is true as it stands.
 */
export function nothingCompared(config: Config, stats: Stats): TransferError | undefined {
  const { command, isInput, isAllowEmpty, include, exclude } = config;
  if (command !== 'verify' || isAllowEmpty || stats.settled > 0 || stats.elsewhere > 0) return undefined;
  // What lies below a folder that is excluded is not even listed, and so not counted.
  if (stats.excluded > 0 || (!isInput && include.length + exclude.length > 0)) {
    return nothingError('the filters leave nothing of what was listed; check --include and --exclude');
  }
  return isInput ? nothingError('the input names no object; check what is piped in') : undefined;
}

function nothingError(why: string): TransferError {
  return new TransferError(
    'ERR_NOTHING_COMPARED',
    `nothing was compared: ${why} (--allow-empty says that this is as it should be)`,
  );
}
