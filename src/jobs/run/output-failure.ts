/** The error for an output that does not accept the printed lines. */
import { TransferError } from '../../errors.js';

/** Turns a write error of the output into a TransferError. */
export function outputFailure(error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransferError('ERR_OUTPUT', `stdout cannot be written: ${why}`, { cause: error });
}
