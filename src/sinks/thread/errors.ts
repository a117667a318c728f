/** Errors of the disk → our errors: the codes that a volume refuses a file with. */
import { ERROR_CODES, type ErrorCode, localError, TransferError } from '../../errors.js';
import { say } from '../../texts/say.js';
import type { VolumeFault } from './messages.js';

const CODES: Record<string, ErrorCode> = {
  ENAMETOOLONG: 'ERR_NAME_TOO_LONG',
  // A file where a folder is needed, or a folder where the file must go.
  ENOTDIR: 'ERR_PATH_CONFLICT',
  EISDIR: 'ERR_PATH_CONFLICT',
  EEXIST: 'ERR_PATH_CONFLICT',
  ENOTEMPTY: 'ERR_PATH_CONFLICT',
  // The volume itself fails: it takes no other file either.
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

/** A full disk may get room by itself; a broken disk must pass a write test. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Translates a fault of the volume at `root`. */
export function volumeError(fault: VolumeFault, root: string): TransferError {
  if (fault.code in ERROR_CODES) return new TransferError(fault.code as ErrorCode, fault.message);
  const code = CODES[fault.code] ?? 'ERR_DISK';
  const advice = adviceFor(code);
  return localError(code, `${root}: ${fault.message}${advice ? `; ${advice}` : ''}`, fault);
}

function adviceFor(code: ErrorCode): string | undefined {
  if (code === 'ERR_NAME_TOO_LONG') return say.disks.names.tooLong;
  return code === 'ERR_PATH_CONFLICT' ? say.disks.names.conflict : undefined;
}

/** Whether the volume as a whole refused, and if so, whether it is full or broken. */
export function refusalOf(error: unknown): { fault: VolumeFault; state: 'full' | 'out' } | undefined {
  if (!(error instanceof TransferError) || error.code !== 'ERR_VOLUME_OUT') return undefined;
  const fault = error.cause as VolumeFault;
  return { fault, state: FULL.has(fault.code) ? 'full' : 'out' };
}
