/** What the disk says → our errors. The only file that knows its codes. */
import { ERROR_CODES, type ErrorCode, localError, TransferError } from '../../errors.js';
import type { VolumeFault } from './messages.js';

const CODES: Record<string, ErrorCode> = {
  ENAMETOOLONG: 'ERR_NAME_TOO_LONG',
  // A file where a folder is needed, a folder where the file should go.
  ENOTDIR: 'ERR_PATH_CONFLICT',
  EISDIR: 'ERR_PATH_CONFLICT',
  EEXIST: 'ERR_PATH_CONFLICT',
  ENOTEMPTY: 'ERR_PATH_CONFLICT',
  // The volume itself is at its end: nothing more can be stored there, whatever the file.
  ENOSPC: 'ERR_VOLUME_OUT',
  EDQUOT: 'ERR_VOLUME_OUT',
  EROFS: 'ERR_VOLUME_OUT',
  EIO: 'ERR_VOLUME_OUT',
  ENODEV: 'ERR_VOLUME_OUT',
  ENXIO: 'ERR_VOLUME_OUT',
  ESTALE: 'ERR_VOLUME_OUT',
  EUCLEAN: 'ERR_VOLUME_OUT',
  EGONE: 'ERR_VOLUME_OUT',
};

/** Room may come back by itself; what is broken has to prove that it works again. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

const ADVICE: Partial<Record<ErrorCode, string>> = {
  ERR_NAME_TOO_LONG: 'the disk allows 255 bytes a name and 4096 a path',
  ERR_PATH_CONFLICT: 'a file stands where a folder is needed, or the other way round',
};

/** Translates a fault of the volume at `root`. */
export function volumeError(fault: VolumeFault, root: string): TransferError {
  if (fault.code in ERROR_CODES) return new TransferError(fault.code as ErrorCode, fault.message);
  const code = CODES[fault.code] ?? 'ERR_DISK';
  const advice = ADVICE[code];
  return localError(code, `${root}: ${fault.message}${advice ? `; ${advice}` : ''}`, fault);
}

/** Whether the volume as a whole refused, and if so for want of room or for something worse. */
export function refusalOf(error: unknown): { fault: VolumeFault; state: 'full' | 'out' } | undefined {
  if (!(error instanceof TransferError) || error.code !== 'ERR_VOLUME_OUT') return undefined;
  const fault = error.cause as VolumeFault;
  return { fault, state: FULL.has(fault.code) ? 'full' : 'out' };
}
