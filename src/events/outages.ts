/** Reports when an origin stops answering, and when it answers again. */
import { TransferError } from '../errors.js';
import { say } from '../texts/say.js';
import type { Alerts } from './alerts.js';
import type { EventBus } from './bus.js';

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
      const { outage } = say.network;
      events.notice('origin-down', outage.down(outage[what], sinceMs, error.message));
      alerts?.raise({ kind: 'outage', of: what === 'listings' ? 'lists' : what });
    },
    onUp(downMs) {
      void events.emit({ type: 'outage', of: what, sinceMs: downSinceMs, isOver: true });
      const { outage } = say.network;
      events.notice('origin-up', outage.up(outage[what], downMs));
    },
  };
}

/** The error for an outage that another machine found. */
export function othersOutage(): TransferError {
  return new TransferError('ERR_UNREACHABLE', say.network.outage.ofOther);
}
