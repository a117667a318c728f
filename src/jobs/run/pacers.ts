/** The two pacers of a run: one for listings, one for objects. They share a ban where both ask the same server. */

import type { TransferError } from '../../errors.js';
import type { Alerts } from '../../events/alerts.js';
import { OTHERS_OUTAGE, reportOutages } from '../../events/outages.js';
import type { Reporter } from '../../events/reporter.js';
import { createShortageNotice } from '../../events/shortage.js';
import type { Stats } from '../../events/stats.js';
import type { Arena } from '../../lib/md5/arena.js';
import { Ban } from '../../pacing/backoff/ban.js';
import type { Concurrency } from '../../pacing/concurrency/concurrency.js';
import type { Limits } from '../../pacing/limits/limits.js';
import { Pacer } from '../../pacing/pacer.js';
import { createListProbe, type ListProbe } from '../../sources/list-probe.js';
import { createObjectProbe, type ObjectProbe } from '../../sources/object-probe.js';
import type { Source } from '../../sources/source.js';
import type { Config } from '../options.js';

/** A request for an object costs a server about as much as so many bytes … */
const OBJECT_REQUEST_BYTES = 32 * 1024;
/** … and a request for a page about as much as so many rows. */
const LIST_REQUEST_ROWS = 1_000;

export interface PacersOptions {
  source: Source;
  stats: Stats;
  reporter: Reporter;
  limits: Limits;
  /** Requests at once. */
  concurrency: { lists: Concurrency; objects: Concurrency };
  /** Memory for bodies. @default none */
  arena?: Arena | undefined;
  /** What other workers find out about the servers; they are told what is found out here. */
  alerts?: Alerts | undefined;
  /** Once aborted no listing is begun any more … */
  takingUntil: AbortSignal;
  /** … and no object. */
  draining: AbortSignal;
}

export interface Pacers {
  readonly lists: Pacer;
  readonly objects: Pacer;
  readonly listProbe: ListProbe;
  readonly objectProbe: ObjectProbe;
  /** For each attempt of a listing request that has failed. */
  readonly onRetry: (error: TransferError) => void;
}

export function createPacers(config: Config, options: PacersOptions): Pacers {
  const { source, stats, reporter, limits, concurrency, alerts } = options;
  const tellShortage = createShortageNotice(reporter);
  const onShortage = (error: TransferError) => {
    tellShortage(error);
    source.connections?.closeIdle?.();
  };
  const listProbe = createListProbe(source);
  const objectProbe = createObjectProbe(source);
  const banOf = (of: 'lists' | 'objects') => new Ban(undefined, (forMs) => alerts?.raise({ kind: 'ban', of, forMs }));
  const listBan = banOf('lists');
  const common = { limits, retries: config.retries, onShortage };
  const lists = new Pacer({
    ...{ ...common, kind: 'lists', concurrency: concurrency.lists, requestWork: LIST_REQUEST_ROWS, ban: listBan },
    outage: { ...listProbe, ...reportOutages('listings', { stats, reporter, alerts }) },
    signal: options.takingUntil,
  });
  const objects = new Pacer({
    ...{ ...common, kind: 'objects', concurrency: concurrency.objects, requestWork: OBJECT_REQUEST_BYTES },
    ...{ bufferBytes: config.bufferBytes, arena: options.arena },
    // A CDN that has had enough says nothing about the API.
    ban: config.domain === undefined ? listBan : banOf('objects'),
    outage: { ...objectProbe, ...reportOutages('objects', { stats, reporter, alerts }) },
    signal: options.draining,
  });
  alerts?.onHeard((alert) => {
    const pacer = { lists, objects }[alert.of];
    pacer.judge.heard(alert.kind === 'ban' ? { bannedForMs: alert.forMs } : { error: OTHERS_OUTAGE });
  });
  const onRetry = (error: TransferError) => {
    stats.retries++;
    if (error.code === 'ERR_OPEN_FILES') onShortage(error);
  };
  return { lists, objects, listProbe, objectProbe, onRetry };
}
