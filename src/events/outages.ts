/** Reports when an origin stops answering, and when it answers again. */
import { TransferError } from '../errors.js';
import type { Alerts } from './alerts.js';
import type { EventBus } from './bus.js';
import { formatSeconds } from './units.js';

export interface OutageReports {
  onDown(sinceMs: number, error: TransferError): void;
  onUp(downMs: number): void;
}

export interface OutageTold {
  events: EventBus;
  /** Alerts the other machines. */
  alerts?: Alerts | undefined;
}

/** `what` names the requests without an answer: listings and objects may have different origins. */
export function reportOutages(what: 'listings' | 'objects', { events, alerts }: OutageTold): OutageReports {
  let downSinceMs = 0;
  return {
    onDown(sinceMs, error) {
      downSinceMs = sinceMs;
      void events.emit({ type: 'outage', of: what, sinceMs, isOver: false });
      const since = new Date(sinceMs).toISOString();
      events.notice(
        'origin-down',
        `origin unreachable since ${since} (${what}: ${error.message}): Sluice waits and sends one probe at a time; this uses up no attempts`,
      );
      alerts?.raise({ kind: 'outage', of: what === 'listings' ? 'lists' : what });
    },
    onUp(downMs) {
      void events.emit({ type: 'outage', of: what, sinceMs: downSinceMs, isOver: true });
      events.notice('origin-up', `origin reachable again after ${formatSeconds(downMs / 1000)} (${what}): going on`);
    },
  };
}

/** The error for an outage that another machine found. */
export const OTHERS_OUTAGE = new TransferError('ERR_UNREACHABLE', 'another machine of this job gets no answer');
