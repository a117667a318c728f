/** The error for an output that does not accept the printed lines. */
import { TransferError } from '../../errors.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';

/** Turns a write error of the output into a TransferError. */
export function outputFailure(error: unknown): TransferError {
  return new TransferError('ERR_OUTPUT', say.jobs.stdout(systemText(error)), { cause: error });
}
