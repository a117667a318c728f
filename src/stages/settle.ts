/** The end of every object, and the only place that decides about retries. */
import { Writable } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import type { EventBus, ObjectEvent } from '../events/bus.js';
import { failureLine } from '../events/lists/failures.js';
import { goneLine } from '../events/lists/gone.js';
import type { Manifest } from '../events/lists/manifest.js';
import type { Reporter } from '../events/reporter.js';
import type { Stats } from '../events/stats.js';
import type { ObjectEntry } from '../model/entry.js';
import { keyHint } from '../model/key-hint.js';
import type { Outcome } from '../model/outcome.js';
import { isEarlier } from '../model/page-progress.js';
import { type Delivery, isListed, type Part, type RejectKind, type Result } from '../model/part.js';
import { backoffMs } from '../pacing/backoff/backoff.js';
import { retryDelayMs } from '../pacing/backoff/retry.js';
import type { Pacer } from '../pacing/pacer.js';

/** An object that is refused this often while others are served is refused for its own sake. */
const THROTTLES_LIMIT = 30;

type Failed = Extract<Result, { error: TransferError }>;

/** Takes the lines of what is given up, or gone; a promise means that its disk is behind. */
export interface FailureRecorder {
  record(line: string, part: Part): Promise<void> | undefined;
}

/** Notes what becomes of what has failed before. */
export interface RetryRecorder {
  settled(entry: ObjectEntry, outcome: Outcome, kind: RejectKind | undefined): void;
  /** A folder that could not be listed before is listed now. */
  readonly folderBegun: (folder: string) => void;
}

/** An object that so many disks refused, one after the other, is refused for its own sake. */
const MOVES_LIMIT = 30;

export interface SettleOptions {
  stats: Stats;
  /** Takes objects back, and learns of each that is done. */
  intake: {
    redeliver(retry: { delivery: Delivery; error?: TransferError }, delayMs: number): void;
    giveBack(result: Result): void;
    settled(): void;
  };
  /** None on a dry run. */
  failures: FailureRecorder | undefined;
  /** Where stored objects are recorded, if anywhere; roots by volume. */
  manifest?: Manifest | undefined;
  roots: readonly string[];
  reporter: Reporter;
  /** Tells an origin that is down, or a server that refuses everything, from an object that cannot be had. */
  pacer: Pick<Pacer, 'retries' | 'shortage'> & { judge: Pick<Pacer['judge'], 'blame' | 'isExhausted'> };
  /** Of the server of the objects; told of what was stored. */
  contact: {
    stored(entry: ObjectEntry): void;
    /** What ends the run when nothing was ever answered. */
    noContact?(error: TransferError): TransferError | undefined;
    isBeyondHope?(error: TransferError): boolean;
  };
  /** Once aborted nothing is tried again. */
  draining: AbortSignal;
  /** Told of each part when its last object is settled. */
  ack: (part: Part) => void;
  /** Told of each end, where a program listens. */
  bus?: EventBus | undefined;
  /** Told of each end, where earlier failures are tried again. */
  retried?: RetryRecorder | undefined;
  /** Where others have room: whether what is not stored of a part for want of it is left to them. */
  surrender?: ((part: Part) => boolean) | undefined;
}

/** Enters outcomes into the stats; sends errors round again or gives them up. A fatal error destroys the pipeline. */
export function createSettle(options: SettleOptions): Writable {
  const { stats, intake, failures, manifest, roots, reporter, contact, draining, ack } = options;
  const { surrender, retried, bus } = options;
  const { retries, shortage, judge: origin } = options.pacer;

  function judge(result: Result): Promise<void> | undefined {
    if ('isWithdrawn' in result) return withdraw();
    if ('outcome' in result) return finish(result.delivery, result.outcome);
    if ('postponedMs' in result) return postpone(result.delivery, result.postponedMs);
    const { delivery, error } = result;
    if (error.code === 'ERR_NO_SPACE' && surrender?.(delivery.part)) return leaveToOthers(delivery);
    if (error.verdict === 'fatal') throw error;
    if (error.code === 'ERR_OPEN_FILES') {
      shortage.met(error);
      if (shortage.isExhausted && !draining.aborted) throw error;
    }
    if (isAwaited(result)) return undefined;
    if (result.blame === 'origin') return repeat(delivery, error);
    if (isFree(error)) {
      // Not the object's fault: the attempt does not count. (Everyone waits: fetch has seen to that.)
      delivery.attempts--;
      if (error.verdict === 'throttle') delivery.throttles++;
      else delivery.moves++;
    }
    // Told to wait, and now told to stop: that is no failure, only not done.
    if (draining.aborted && isFree(error)) return withdraw();
    // Of a job that goes on later: its page stays open, and the next run tries again.
    if (draining.aborted && error.verdict === 'retry' && delivery.part.page !== undefined) return withdraw();
    if (!result.isFinal && !draining.aborted && mayRetry(delivery, error)) return again(delivery, error);
    const noContact = result.isFinal || draining.aborted ? undefined : contact.noContact?.(error);
    if (noContact !== undefined) throw noContact;
    if (error.code !== 'ERR_NOT_FOUND') return giveUp(result, error);
    return result.kind === 'folder' || isListed(delivery)
      ? letGo(result, error)
      : giveUp(result, neverFound(delivery.entry, error));
  }

  function postpone(delivery: Delivery, delayMs: number): undefined {
    if (draining.aborted) return withdraw();
    intake.redeliver({ delivery }, delayMs);
  }

  /** Whether a probe has to find out first whose fault it is; then the result comes again. */
  function isAwaited(result: Failed): boolean {
    const { delivery, error, isFinal, blame } = result;
    if (isFinal || blame !== undefined || draining.aborted) return false;
    delivery.failingSinceMs ??= Date.now();
    const isLast = delivery.attempts > retries;
    const found = origin.blame(error, { isLast, sinceMs: delivery.failingSinceMs });
    if (found === 'request') return false;
    void Promise.resolve(found).then((whose) => intake.giveBack({ ...result, blame: whose }));
    return true;
  }

  /** The origin was down: as if it had not been tried. */
  function repeat(delivery: Delivery, error: TransferError): undefined {
    delivery.attempts--;
    delivery.failingSinceMs = undefined;
    if (draining.aborted) return withdraw();
    stats.retries++;
    intake.redeliver({ delivery, error }, backoffMs(1));
  }

  function finish(delivery: Delivery, outcome: Outcome): Promise<void> | undefined {
    const written = record(delivery, outcome);
    if (written === undefined) return end(delivery, outcome);
    return written.then(() => end(delivery, outcome));
  }

  function record({ entry, part }: Delivery, outcome: Outcome): Promise<void> | undefined {
    if (outcome.status === 'stored') {
      const { bytes: size, mtimeMs, etag, md5, volume, path } = outcome;
      return manifest?.record({ key: entry.key, size, mtimeMs, etag, md5, volume: roots[volume]!, path });
    }
    // The run that stored it may have been killed before it said so.
    if (outcome.status !== 'skipped' || outcome.volume < 0 || !isEarlier(part.page)) return undefined;
    const { bytes: size, mtimeMs = entry.mtimeMs, md5 = entry.md5, path } = outcome;
    const volume = roots[outcome.volume]!;
    const other = path === entry.key ? undefined : path;
    return manifest?.record({ key: entry.key, size, mtimeMs, etag: entry.etag, md5, volume, path: other });
  }

  function mayRetry({ attempts, throttles, moves }: Delivery, error: TransferError): boolean {
    const { verdict, code } = error;
    if (code === 'ERR_VOLUME_OUT') return moves <= MOVES_LIMIT;
    // Never the object's fault; where it goes on for ever the run has ended above.
    if (code === 'ERR_OPEN_FILES') return true;
    if (verdict === 'retry') return attempts <= retries && !contact.isBeyondHope?.(error);
    return verdict === 'throttle' && throttles <= THROTTLES_LIMIT && !origin.isExhausted;
  }

  function again(delivery: Delivery, error: TransferError): undefined {
    const delayMs = retryDelayMs(error, isFree(error) ? 1 : delivery.attempts);
    stats.retries++;
    intake.redeliver({ delivery, error }, delayMs);
  }

  function giveUp(result: Failed, error: TransferError): Promise<void> | undefined {
    const { entry, part, throttles, moves } = result.delivery;
    const attempts = result.delivery.attempts + throttles + moves;
    reporter.failure(entry.key, error, attempts);
    const written = failures?.record(failureLine(entry, error, attempts, result.kind), part);
    const finish = () => end(result.delivery, { status: 'failed', error }, result.kind);
    if (written === undefined) return finish();
    return written.then(finish);
  }

  function letGo({ delivery, kind }: Failed, error: TransferError): Promise<void> | undefined {
    const written = failures?.record(goneLine(delivery.entry, error, kind), delivery.part);
    const finish = () => end(delivery, { status: 'gone' }, kind);
    return written === undefined ? finish() : written.then(finish);
  }

  /** As if it had not been taken; its part is over all the same once nothing of it is under way any more. */
  function leaveToOthers({ part }: Delivery): undefined {
    part.open--;
    if (part.open === 0) ack(part);
    return withdraw();
  }

  function withdraw(): undefined {
    stats.listed--;
    intake.settled();
  }

  function end({ entry, part }: Delivery, outcome: Outcome, kind?: RejectKind): Promise<void> | undefined {
    const counted = part.page?.countedAs(outcome, entry.size) ?? outcome;
    retried?.settled(entry, outcome, kind);
    stats.settle(counted, entry.size);
    if (outcome.status === 'stored') {
      contact.stored(entry);
      shortage.over();
    }
    part.page?.enter(counted, entry.size);
    part.open--;
    if (part.open === 0) ack(part);
    intake.settled();
    return bus?.listens('object') ? bus.emit(objectEvent(entry.key, outcome, roots)) : undefined;
  }

  return new Writable({
    objectMode: true,
    write(result: Result, _encoding, done) {
      try {
        const waiting = judge(result);
        if (waiting === undefined) done();
        else waiting.then(() => done(), done);
      } catch (error) {
        done(toTransferError(error));
      }
    },
  });
}

function objectEvent(key: string, outcome: Outcome, roots: readonly string[]): ObjectEvent {
  const { status } = outcome;
  if (status === 'failed') return { type: 'object', key, status, error: outcome.error };
  if (status === 'gone') return { type: 'object', key, status };
  const { bytes, volume, path } = outcome;
  const place = { ...(volume >= 0 && { volume: roots[volume]! }), ...(path !== undefined && { path }) };
  return { type: 'object', key, status, bytes, ...place };
}

/** Nobody but the line has ever said that it is there. */
function neverFound({ key }: ObjectEntry, error: TransferError): TransferError {
  const hint = keyHint(key);
  const more = hint === undefined ? '' : ` (${hint})`;
  const message = `no object has the key ${JSON.stringify(key)}${more}: ${error.message}`;
  return new TransferError('ERR_NOT_FOUND', message, { cause: error });
}

/** Whether an attempt failed for no fault of the object: the server asked to wait, or the disk has to be another one. */
function isFree({ verdict, code }: TransferError): boolean {
  return verdict === 'throttle' || code === 'ERR_VOLUME_OUT';
}
