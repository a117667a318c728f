/** Reports once that the process can open no more files, and what Sluice does then. */
import type { TransferError } from '../errors.js';
import type { Reporter } from './reporter.js';

export function createShortageNotice(reporter: Pick<Reporter, 'notice'>): (error: TransferError) => void {
  let isSaid = false;
  return ({ message }) => {
    if (isSaid) return;
    isSaid = true;
    reporter.notice(
      'open-files',
      `${message.replace(/: nothing that is stored is lost.*$/s, '')}: Sluice waits, uses fewer connections and goes on, ` +
        'and no object is lost by it; it is faster with a higher limit (ulimit -n)',
    );
  };
}
