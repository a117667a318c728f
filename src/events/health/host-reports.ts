/** Reports when one server of many stops answering, answers again, or is given up. */
import type { TransferError } from '../../errors.js';
import { say } from '../../texts/say.js';
import type { EventBus } from '../bus.js';

/** A list may name a million dead servers: the messages name the first ones. */
const NAMED = 20;

export interface HostReports {
  onDown(origin: string, sinceMs: number, error: TransferError): void;
  onUp(origin: string, downMs: number): void;
  onGivenUp(origin: string, sinceMs: number): void;
}

export function reportHosts(events: EventBus): HostReports {
  /** Those that are unreachable, and that a message has named. */
  const named = new Set<string>();
  let down = 0;
  return {
    onDown(host, sinceMs, error) {
      void events.emit({ type: 'outage', of: 'objects', host, sinceMs, isOver: false });
      down++;
      if (down <= NAMED) {
        named.add(host);
        events.notice('host-down', say.network.hosts.down(host, sinceMs, error.message));
      } else if (down === NAMED + 1) events.notice('host-down', say.network.hosts.manyDown(NAMED));
    },
    onUp(host, downMs) {
      void events.emit({ type: 'outage', of: 'objects', host, sinceMs: Date.now() - downMs, isOver: true });
      if (named.delete(host)) events.notice('host-up', say.network.hosts.up(host, downMs));
    },
    onGivenUp(host, sinceMs) {
      if (named.has(host)) events.notice('host-given-up', say.network.hosts.gaveUp(host, Date.now() - sinceMs));
    },
  };
}
