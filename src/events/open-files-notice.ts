/** Reports once that the process can open no more files, and what Sluice does then. */
import { shortageOf, type TransferError } from '../errors.js';
import { say } from '../texts/say.js';
import type { EventBus } from './bus.js';

export function createShortageNotice(events: Pick<EventBus, 'notice'>): (error: TransferError) => void {
  let isSaid = false;
  return (error) => {
    if (isSaid) return;
    isSaid = true;
    events.notice('open-files', say.network.openFiles(shortageOf(error)));
  };
}
