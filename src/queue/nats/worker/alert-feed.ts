/** Passes alerts on between the machines of a job as they happen; the server keeps none of them. */
import type { Alert, Alerts } from '../../../events/alerts.js';
import type { EventBus } from '../../../events/bus.js';
import { say } from '../../../texts/say.js';
import { type JobNames, WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';

/** A machine cannot make the others wait longer than a server could (see `Ban`). */
const LONGEST_BAN_MS = 5 * 60_000;

export interface AlertFeedOptions {
  nats: QueueConnection;
  names: JobNames;
  worker: string;
  alerts: Alerts;
  events: Pick<EventBus, 'notice'>;
}

/** Passes alerts on until the connection closes. */
export function passOn({ nats, names, worker, alerts, events }: AlertFeedOptions): void {
  alerts.onRaised((alert) => {
    // An alert that cannot go out now would be out of date later.
    if (!nats.isAway && !nats.nc.isClosed()) nats.nc.publish(names.alerts, JSON.stringify({ ...alert, from: worker }));
  });
  nats.nc.subscribe(names.alerts, {
    callback: (error, message) => {
      const heard = error ? undefined : parse(message.data);
      if (heard === undefined || heard.from === worker) return;
      const { from, ...alert } = heard;
      if (alert.kind === 'ban') {
        const seconds = Math.ceil(alert.forMs / 1000);
        events.notice('banned', say.queue.machine.banned(from, alert.of === 'lists', seconds));
      }
      alerts.hear(alert);
    },
  });
}

function parse(data: Uint8Array): (Alert & { from: string }) | undefined {
  try {
    const { kind, of, forMs, from } = JSON.parse(Buffer.from(data).toString());
    if ((of !== 'lists' && of !== 'objects') || typeof from !== 'string' || !WORKER_NAME.test(from)) return undefined;
    if (kind === 'outage') return { kind, of, from };
    if (kind !== 'ban' || typeof forMs !== 'number' || !(forMs > 0)) return undefined;
    return { kind, of, from, forMs: Math.min(LONGEST_BAN_MS, forMs) };
  } catch {
    return undefined;
  }
}
