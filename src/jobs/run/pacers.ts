/** The two pacers of a run: one for listings, one for objects. They share a ban when both ask the same server. */

import type { TransferError } from '../../errors.js';
import type { Alerts } from '../../events/alerts.js';
import type { EventBus } from '../../events/bus.js';
import { createShortageNotice } from '../../events/open-files-notice.js';
import { othersOutage, reportOutages } from '../../events/outages.js';
import type { Arena } from '../../lib/md5/arena.js';
import { Ban } from '../../pacing/backoff/ban.js';
import type { Concurrency } from '../../pacing/concurrency/concurrency.js';
import type { Limits } from '../../pacing/limits/limits.js';
import { Pacer } from '../../pacing/pacer.js';
import { createListProbe, type ListProbe } from '../../sources/list-probe.js';
import { createObjectProbe, type ObjectProbe } from '../../sources/object-probe.js';
import type { Source } from '../../sources/source.js';
import type { Config } from '../run-options.js';

/** An object request costs a server about as much as this many bytes. */
export const OBJECT_REQUEST_BYTES = 32 * 1024;
/** A listing request costs a server about as much as this many rows. */
const LIST_REQUEST_ROWS = 1_000;

export interface PacersOptions {
  source: Source;
  events: EventBus;
  limits: Limits;
  /** Requests at once. */
  concurrency: { lists: Concurrency; objects: Concurrency };
  /** Memory for bodies. @default none */
  arena?: Arena | undefined;
  /** Exchanges findings about the servers with other workers, in both directions. */
  alerts?: Alerts | undefined;
  /** Once it aborts, no new listing starts. */
  takingUntil: AbortSignal;
  /** Once it aborts, no new object starts. */
  draining: AbortSignal;
}

export interface Pacers {
  readonly lists: Pacer;
  readonly objects: Pacer;
  readonly listProbe: ListProbe;
  readonly objectProbe: ObjectProbe;
}

export function createPacers(config: Config, options: PacersOptions): Pacers {
  const { source, events, limits, concurrency, alerts } = options;
  const tellShortage = createShortageNotice(events);
  const onShortage = (error: TransferError) => {
    tellShortage(error);
    source.connections?.closeIdle?.();
  };
  const onRetryOf = (of: 'listings' | 'objects') => (error: TransferError) =>
    void events.emit({ type: 'retry', of, error });
  const listProbe = createListProbe(source);
  const objectProbe = createObjectProbe(source);
  const banOf = (of: 'lists' | 'objects') => new Ban(undefined, (forMs) => alerts?.raise({ kind: 'ban', of, forMs }));
  const listBan = banOf('lists');
  const common = { limits, retries: config.retries, onShortage };
  const lists = new Pacer({
    ...{ ...common, kind: 'lists', concurrency: concurrency.lists, requestWork: LIST_REQUEST_ROWS, ban: listBan },
    outage: { ...listProbe, ...reportOutages('listings', { events, alerts }) },
    onRetry: onRetryOf('listings'),
    signal: options.takingUntil,
  });
  const objects = new Pacer({
    ...{ ...common, kind: 'objects', concurrency: concurrency.objects, requestWork: OBJECT_REQUEST_BYTES },
    ...{ bufferBytes: config.bufferBytes, arena: options.arena },
    // A ban by a CDN says nothing about the API.
    ban: config.domain === undefined ? listBan : banOf('objects'),
    outage: { ...objectProbe, ...reportOutages('objects', { events, alerts }) },
    onRetry: onRetryOf('objects'),
    signal: options.draining,
  });
  alerts?.onHeard((alert) => {
    const pacer = { lists, objects }[alert.of];
    pacer.health.heard(alert.kind === 'ban' ? { bannedForMs: alert.forMs } : { error: othersOutage() });
  });
  return { lists, objects, listProbe, objectProbe };
}
