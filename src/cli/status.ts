/** `status` of a job that is kept in files: prints the answer. */
import { toTransferError } from '../errors.js';
import type { Reporter } from '../events/reporters/reporter.js';
import type { Print } from '../events/reporters/text.js';
import type { StatusConfig } from '../jobs/run-options.js';
import { readStatus, statusText } from '../jobs/status/status.js';
import { statusJson } from '../jobs/status/status-text.js';
import { EXIT } from './exit-codes.js';

export interface StatusIo {
  /** For errors. */
  reporter: Pick<Reporter, 'error'>;
  /** For the answer. */
  print: Print;
}

/** Returns the exit code. Never rejects: it reports files that it cannot read. */
export async function tellStatus({ place, isJson }: StatusConfig, { reporter, print }: StatusIo): Promise<number> {
  try {
    const status = await readStatus(place);
    for (const line of isJson ? [statusJson(status)] : statusText(status, place)) print(line);
    return status.state === 'none' ? EXIT.none : EXIT.ok;
  } catch (error) {
    reporter.error(toTransferError(error));
    return EXIT.fatal;
  }
}
