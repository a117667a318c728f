/** An output that does not take what is printed. */
import { TransferError } from '../../errors.js';

/** What an output that cannot be written means. */
export function outputFailure(error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransferError('ERR_OUTPUT', `stdout cannot be written: ${why}`, { cause: error });
}
