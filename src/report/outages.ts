/** What is told of an origin that does not answer. */
import type { TransferError } from '../errors.js';
import type { Books } from './books.js';
import type { Reporter } from './reporter.js';
import { formatSeconds } from './units.js';

export interface OutageReports {
  onDown(sinceMs: number, error: TransferError): void;
  onUp(downMs: number): void;
}

/** `what` does not come any more: listings and objects may have different origins. */
export function reportOutages(what: 'listings' | 'objects', books: Books, reporter: Reporter): OutageReports {
  return {
    onDown(sinceMs, error) {
      books.outages.set(what, sinceMs);
      const since = new Date(sinceMs).toISOString();
      reporter.message(
        `origin unreachable since ${since} (${what}: ${error.message}): waiting, with one probe at a time; no attempt is counted`,
      );
    },
    onUp(downMs) {
      books.outages.delete(what);
      reporter.message(`origin reachable again after ${formatSeconds(downMs / 1000)} (${what}): going on`);
    },
  };
}
