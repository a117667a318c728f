/** Reports once that the process can open no more files, and what Sluice does then. */
import type { TransferError } from '../errors.js';
import type { EventBus } from './bus.js';

export function createShortageNotice(events: Pick<EventBus, 'notice'>): (error: TransferError) => void {
  let isSaid = false;
  return ({ message }) => {
    if (isSaid) return;
    isSaid = true;
    events.notice(
      'open-files',
      `${message.replace(/: nothing that is stored is lost.*$/s, '')}: Sluice waits, uses fewer connections and goes on, ` +
        'and no object is lost by it; it is faster with a higher limit (ulimit -n)',
    );
  };
}
