/** What the disk says → our errors. The only file that knows its codes. */
import { ERROR_CODES, type ErrorCode, TransferError } from '../errors.js';
import type { VolumeFault } from './messages.js';

const CODES: Record<string, ErrorCode> = {
  ENAMETOOLONG: 'ERR_NAME_TOO_LONG',
  // A file where a folder is needed, a folder where the file should go.
  ENOTDIR: 'ERR_PATH_CONFLICT',
  EISDIR: 'ERR_PATH_CONFLICT',
  EEXIST: 'ERR_PATH_CONFLICT',
  ENOTEMPTY: 'ERR_PATH_CONFLICT',
  // The volume itself is at its end: nothing more can be stored there.
  ENOSPC: 'ERR_NO_SPACE',
  EDQUOT: 'ERR_NO_SPACE',
  EROFS: 'ERR_NO_SPACE',
  EIO: 'ERR_NO_SPACE',
};

const ADVICE: Partial<Record<ErrorCode, string>> = {
  ERR_NAME_TOO_LONG: 'the disk allows 255 bytes a name and 4096 a path',
  ERR_PATH_CONFLICT: 'a file stands where a folder is needed, or the other way round',
  ERR_NO_SPACE: 'make room (or mend the disk), then run the same command again: what is stored is skipped',
};

/** Translates a fault of the volume at `root`. */
export function volumeError(fault: VolumeFault, root: string): TransferError {
  if (fault.code in ERROR_CODES) return new TransferError(fault.code as ErrorCode, fault.message);
  const code = CODES[fault.code] ?? 'ERR_DISK';
  const advice = ADVICE[code];
  return new TransferError(code, `${root}: ${fault.message}${advice ? `; ${advice}` : ''}`);
}
