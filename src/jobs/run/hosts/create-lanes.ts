/** What a run needs for a source of many servers: a pacer for each of them. */
import { join } from 'node:path';
import { TransferError } from '../../../errors.js';
import type { EventBus } from '../../../events/bus.js';
import { reportHosts } from '../../../events/health/host-reports.js';
import { createShortageNotice } from '../../../events/open-files-notice.js';
import { LineFifo } from '../../../lib/files/line-fifo.js';
import type { Arena } from '../../../lib/md5/arena.js';
import { anySignal } from '../../../lib/streams/signals.js';
import { STATE_FOLDER } from '../../../model/key.js';
import { Shortage } from '../../../pacing/backoff/open-files-shortage.js';
import { maxPausesOf } from '../../../pacing/backoff/retry.js';
import { Budget } from '../../../pacing/concurrency/budget.js';
import { Concurrency } from '../../../pacing/concurrency/concurrency.js';
import type { Limits } from '../../../pacing/limits/limits.js';
import type { AsidePlace } from '../../../pacing/origins/aside.js';
import { Lanes } from '../../../pacing/origins/lanes.js';
import { Pacer } from '../../../pacing/pacer.js';
import { probeObject } from '../../../sources/object-probe.js';
import type { Origins, Source } from '../../../sources/source.js';
import { say } from '../../../texts/say.js';
import type { Config } from '../../run-options.js';

/** Until a server has said otherwise, a look at all of them is enough twice a second. */
const LOOK_MS = 500;
/** The first host of a list may be the only one that is known for a moment. */
const LOOKS = 4;
/** Half a minute: as often as a server that is out is asked. */
const LOOKS_UNTIL_ASKED_AGAIN = 60;

export interface LanesParts {
  source: Source;
  events: EventBus;
  limits: Limits;
  arena: Arena | undefined;
  /** The fixed cost of a request, in bytes. */
  requestWork: number;
  /** Objects in memory at once. */
  window: number;
  draining: AbortSignal;
}

/** Undefined for a source of one server. */
export function createLanes(config: Config, parts: LanesParts): Lanes | undefined {
  const { source, events, limits, arena, requestWork, window, draining } = parts;
  const { origins } = source;
  const stopped = new AbortController();
  const signal = anySignal(draining, stopped.signal);
  if (origins === undefined) return undefined;
  const { connections, hosts, retries } = config;
  const { isAutomatic } = connections.objects;
  const total = connections.objects.max;
  const bufferBytes = new Budget(config.bufferBytes);
  const tellShortage = createShortageNotice(events);
  const shortage = new Shortage({
    throttle: { pauseForOverload: (pauseMs) => lanes.pauseForOverload(pauseMs) },
    maxPauses: maxPausesOf(retries),
    onShortage: (error) => {
      tellShortage(error);
      source.connections?.closeIdle?.();
    },
  });
  const reports = reportHosts(events);
  const watch = watchAll(events, () => lanes);
  const lanes: Lanes = new Lanes({
    ...{ total, window, maxOrigins: hosts.max, waitMs: hosts.waitMs, aside: placeOf(config, origins) },
    originOf: (entry) => origins.of(entry),
    closeOrigin: (origin) => origins.close(origin),
    openPacer: (outage) =>
      new Pacer({
        ...{ kind: 'objects', limits, requestWork, bufferBytes, arena, retries, outage, shortage },
        concurrency: new Concurrency({ max: Math.min(hosts.requests, total), isAutomatic }),
        ...{ signal, isStoppedTogether: true },
      }),
    probe: (entry) => probeObject(source, entry),
    gate: limits.gate,
    reports: {
      ...reports,
      onDown: (origin, sinceMs, error) => {
        reports.onDown(origin, sinceMs, error);
        watch();
      },
    },
    noContact: (error) =>
      new TransferError('ERR_NO_CONTACT', say.network.hosts.noneAnswers(error.message), { cause: error }),
    signal,
    stop: () => stopped.abort(),
  });
  return lanes;
}

/** In the folder of the first disk. A program's own sink has none. */
function placeOf({ to, isDryRun }: Config, { lines }: Origins): AsidePlace | undefined {
  if (lines === undefined || to[0] === undefined || isDryRun) return undefined;
  return { ...lines, fifo: new LineFifo(join(to[0], STATE_FOLDER, 'tmp', `${process.pid}-aside`)) };
}

/**
 * While servers are out: tells when none answers any more, and when one does. Where one that has given all its objects
 * still answers, only the others are out, and that is no state of the run.
 */
function watchAll(events: EventBus, lanes: () => Lanes): () => void {
  let timer: NodeJS.Timeout | undefined;
  let sinceMs: number | undefined;
  let looks = 0;
  const tell = (beganMs: number, isOver: boolean) =>
    void events.emit({ type: 'outage', of: 'objects', sinceMs: beganMs, isOver });
  async function begin(): Promise<void> {
    const othersAnswer = await lanes().othersAnswer();
    if (looks < LOOKS || sinceMs !== undefined) return;
    if (othersAnswer) {
      looks = LOOKS - LOOKS_UNTIL_ASKED_AGAIN;
      return;
    }
    sinceMs = Date.now() - LOOKS * LOOK_MS;
    tell(sinceMs, false);
  }
  const look = () => {
    const { areAllOut, unreachable, givenUp } = lanes().state;
    looks = areAllOut ? looks + 1 : 0;
    if (areAllOut && looks === LOOKS) void begin();
    if (!areAllOut && sinceMs !== undefined) {
      tell(sinceMs, true);
      sinceMs = undefined;
    }
    if (sinceMs !== undefined || unreachable > givenUp) return;
    clearInterval(timer);
    timer = undefined;
  };
  return () => {
    timer ??= setInterval(look, LOOK_MS).unref();
  };
}
