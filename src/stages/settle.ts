/** The end of every object: counted, and tried again where that makes sense. */
import { Writable } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import type { EventBus, ObjectEvent } from '../events/bus.js';
import { failureLine } from '../events/lists/failures.js';
import { goneLine } from '../events/lists/gone.js';
import type { Manifest } from '../events/lists/manifest.js';
import type { Reporter } from '../events/reporter.js';
import type { Stats } from '../events/stats.js';
import type { ObjectEntry } from '../model/entry.js';
import { keyHint } from '../model/forms/key-hint.js';
import type { Outcome } from '../model/outcome.js';
import { isEarlier } from '../model/page-progress.js';
import { type Delivery, isListed, type Part, type RejectKind, type Result } from '../model/part.js';
import { backoffMs } from '../pacing/backoff/backoff.js';
import { retryDelayMs } from '../pacing/backoff/retry.js';
import type { Pacer } from '../pacing/pacer.js';
import type { NackReason } from '../queue/work-queue.js';

/** When a server refuses an object this often while it serves others, the object itself is the reason. */
const THROTTLES_LIMIT = 30;

type Failed = Extract<Result, { error: TransferError }>;

/** Records objects that failed or are gone. A promise means that the disk is behind. */
export interface FailureRecorder {
  record(line: string, part: Part): Promise<void> | undefined;
}

/** Records the results of objects that failed in an earlier run. */
export interface RetryRecorder {
  settled(entry: ObjectEntry, outcome: Outcome, kind: RejectKind | undefined): void;
  /** A folder that an earlier run could not list is listed now. */
  readonly folderBegun: (folder: string) => void;
}

/** When so many disks refuse an object in turn, the object itself is the reason. */
const MOVES_LIMIT = 30;

export interface SettleOptions {
  stats: Stats;
  /** Takes objects for another attempt, and counts settled ones. */
  intake: {
    redeliver(retry: { delivery: Delivery; error?: TransferError }, delayMs: number): void;
    resubmit(result: Result): void;
    settled(): void;
  };
  /** Undefined on a dry run. */
  failures: FailureRecorder | undefined;
  /** Records stored objects, if given. `roots` are the folders by volume. */
  manifest?: Manifest | undefined;
  roots: readonly string[];
  reporter: Reporter;
  /** Tells an origin that is down, or a server that refuses everything, from an object that is not available. */
  pacer: Pick<Pacer, 'retries' | 'shortage'> & { judge: Pick<Pacer['judge'], 'blame' | 'isExhausted'> };
  /** The server of the objects. `stored` is called for each stored object. */
  contact: {
    stored(entry: ObjectEntry): void;
    /** The error that ends the run when the server never answered. */
    noContact?(error: TransferError): TransferError | undefined;
    isBeyondHope?(error: TransferError): boolean;
  };
  /** Once aborted there are no retries. */
  draining: AbortSignal;
  /** Called with each part when its last object is settled. */
  ack: (part: Part) => void;
  /** Gets an event for each settled object, if a program listens. */
  bus?: EventBus | undefined;
  /** Called for each settled object, when earlier failures are tried again. */
  retried?: RetryRecorder | undefined;
  /** Called when no disk here has room for an object of the part. True: the objects that do not fit go to others. */
  nack: (part: Part, why: NackReason) => boolean;
}

/** Counts outcomes in the stats. Retries errors or gives them up. A fatal error destroys the pipeline. */
export function createSettle(options: SettleOptions): Writable {
  const { stats, intake, failures, manifest, roots, reporter, contact, draining, ack } = options;
  const { nack, retried, bus } = options;
  const { retries, shortage, judge: origin } = options.pacer;

  function judge(result: Result): Promise<void> | undefined {
    if ('isWithdrawn' in result) return withdraw();
    if ('outcome' in result) return finish(result.delivery, result.outcome);
    if ('postponedMs' in result) return postpone(result.delivery, result.postponedMs);
    const { delivery, error } = result;
    if (error.code === 'ERR_NO_SPACE' && nack(delivery.part, 'no-room')) return leaveToOthers(delivery);
    if (error.verdict === 'fatal') throw error;
    if (error.code === 'ERR_OPEN_FILES') {
      shortage.met(error);
      if (shortage.isExhausted && !draining.aborted) throw error;
    }
    if (isAwaited(result)) return undefined;
    if (result.blame === 'origin') return repeat(delivery, error);
    if (isFree(error)) {
      // Not the object's fault, so the attempt does not count. (fetch makes all requests wait.)
      delivery.attempts--;
      if (error.verdict === 'throttle') delivery.throttles++;
      else delivery.moves++;
    }
    // The object waits and the run stops: it has not failed, it is only not done.
    if (draining.aborted && isFree(error)) return withdraw();
    // The job continues later: its page stays open, and the next run tries again.
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

  /** Whether a probe must first find the cause. Then the result comes again. */
  function isAwaited(result: Failed): boolean {
    const { delivery, error, isFinal, blame } = result;
    if (isFinal || blame !== undefined || draining.aborted) return false;
    delivery.failingSinceMs ??= Date.now();
    const isLast = delivery.attempts > retries;
    const found = origin.blame(error, { isLast, sinceMs: delivery.failingSinceMs });
    if (found === 'request') return false;
    void Promise.resolve(found).then((blame) => intake.resubmit({ ...result, blame }));
    return true;
  }

  /** The origin was down: the attempt does not count. */
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
    // The run that stored it may have been killed before it recorded that.
    if (outcome.status !== 'skipped' || outcome.volume < 0 || !isEarlier(part.page)) return undefined;
    const { bytes: size, mtimeMs = entry.mtimeMs, md5 = entry.md5, path } = outcome;
    const volume = roots[outcome.volume]!;
    const other = path === entry.key ? undefined : path;
    return manifest?.record({ key: entry.key, size, mtimeMs, etag: entry.etag, md5, volume, path: other });
  }

  function mayRetry({ attempts, throttles, moves }: Delivery, error: TransferError): boolean {
    const { verdict, code } = error;
    if (code === 'ERR_VOLUME_OUT') return moves <= MOVES_LIMIT;
    // Never the object's fault. A shortage that lasts has ended the run above.
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
    const told = reporter.failure(entry.key, error, attempts);
    const written = failures?.record(failureLine(entry, error, attempts, result.kind), part);
    const finish = () => end(result.delivery, { status: 'failed', error }, result.kind);
    return told === undefined && written === undefined ? finish() : Promise.all([told, written]).then(finish);
  }

  function letGo({ delivery, kind }: Failed, error: TransferError): Promise<void> | undefined {
    const written = failures?.record(goneLine(delivery.entry, error, kind), delivery.part);
    const finish = () => end(delivery, { status: 'gone' }, kind);
    return written === undefined ? finish() : written.then(finish);
  }

  /** Counts the object as not taken. Its part still ends when none of its objects is under way any more. */
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

/** Only the input line says that this key exists. */
function neverFound({ key }: ObjectEntry, error: TransferError): TransferError {
  const hint = keyHint(key);
  const more = hint === undefined ? '' : ` (${hint})`;
  const message = `no object has the key ${JSON.stringify(key)}${more}: ${error.message}`;
  return new TransferError('ERR_NOT_FOUND', message, { cause: error });
}

/** Whether the failure is not the object's fault: the server asks to wait, or the object needs another disk. */
function isFree({ verdict, code }: TransferError): boolean {
  return verdict === 'throttle' || code === 'ERR_VOLUME_OUT';
}
