/** The end of every object: counted, and tried again where that makes sense. */
import { Writable } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import type { EventBus } from '../events/bus.js';
import { askedOf, type Batch, type Delivery, isListed, type RejectKind, type Result } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import { keyHint } from '../model/forms/key-hint.js';
import type { Outcome } from '../model/outcome.js';
import { backoffMs } from '../pacing/backoff/backoff.js';
import { retriesAfter, retryDelayMs } from '../pacing/backoff/retry.js';
import type { Pacer } from '../pacing/pacer.js';
import type { NackReason } from '../queue/work-queue.js';
import { say } from '../texts/say.js';

/** When a server refuses an object this often while it serves others, the object itself is the reason. */
const THROTTLES_LIMIT = 30;

type Failed = Extract<Result, { error: TransferError }>;

/** When so many disks refuse an object in turn, the object itself is the reason. */
const MOVES_LIMIT = 30;

type Health = Pick<Pacer['health'], 'blame' | 'isExhausted'>;

export interface SettleOptions {
  /** Gets the end of each object, and each retry. */
  events: EventBus;
  /** Takes objects for another attempt, and counts settled ones. */
  intake: {
    redeliver(retry: { delivery: Delivery; error?: TransferError }, delayMs: number): void;
    resubmit(result: Result): void;
    settled(): void;
    /** The object counts as never taken. */
    notTaken(): void;
  };
  /** Tells an origin that is down, or a server that refuses everything, from an object that is not available. */
  pacer: Pick<Pacer, 'retries' | 'shortage'> & { health: Health };
  /** Where there are many servers: the health of the server of an object, if anything is known of it. */
  healthOf?: ((entry: ObjectEntry) => Health | undefined) | undefined;
  /** The server of the objects. `stored` is called for each stored object. */
  contact: {
    stored(entry: ObjectEntry): void;
    /** The error that ends the run when the server never answered. */
    noContact?(error: TransferError): TransferError | undefined;
    isBeyondHope?(error: TransferError): boolean;
  };
  /** Once aborted there are no retries. */
  draining: AbortSignal;
  /** Called with each batch when its last object is settled. */
  ack: (batch: Batch) => void;
  /** Called when no disk here has room for an object of the batch. True: the objects that do not fit go to others. */
  nack: (batch: Batch, why: NackReason) => boolean;
}

/** Gives each object its outcome. Retries errors or gives them up. A fatal error destroys the pipeline. */
export function createSettle(options: SettleOptions): Writable {
  const { events, intake, contact, draining, ack, nack } = options;
  const { retries, shortage, health } = options.pacer;
  const healthOf = options.healthOf ?? (() => health);

  function decide(result: Result): Promise<void> | undefined {
    if ('isNotTaken' in result) return notTaken();
    if ('outcome' in result) return end(result.delivery, result.outcome);
    if ('postponedMs' in result) return postpone(result.delivery, result.postponedMs);
    const { delivery, error } = result;
    if (error.code === 'ERR_NO_SPACE' && nack(delivery.batch, 'no-room')) return leaveToOthers(delivery);
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
    if (draining.aborted && isFree(error)) return notTaken();
    // The job continues later: its page stays open, and the next run tries again.
    if (draining.aborted && error.verdict === 'retry' && delivery.batch.page !== undefined) return notTaken();
    if (!result.isFinal && !draining.aborted && mayRetry(delivery, error)) return again(delivery, error);
    const noContact = result.isFinal || draining.aborted ? undefined : contact.noContact?.(error);
    if (noContact !== undefined) throw noContact;
    return end(delivery, lastOutcome(result), result.kind);
  }

  function postpone(delivery: Delivery, delayMs: number): undefined {
    if (draining.aborted) return notTaken();
    intake.redeliver({ delivery }, delayMs);
  }

  /** Whether a probe must first find the cause. Then the result comes again. */
  function isAwaited(result: Failed): boolean {
    const { delivery, error, isFinal, blame } = result;
    if (isFinal || blame !== undefined || draining.aborted) return false;
    delivery.failingSinceMs ??= Date.now();
    const isLast = delivery.attempts > retries;
    const found = healthOf(askedOf(delivery))?.blame(error, { isLast, sinceMs: delivery.failingSinceMs });
    if (found === undefined || found === 'request') return false;
    void Promise.resolve(found).then((blame) => intake.resubmit({ ...result, blame }));
    return true;
  }

  /** The origin was down: the attempt does not count. */
  function repeat(delivery: Delivery, error: TransferError): Promise<void> | undefined {
    delivery.attempts--;
    delivery.failingSinceMs = undefined;
    if (draining.aborted) return notTaken();
    return tryAgain(delivery, error, backoffMs(1));
  }

  function mayRetry(delivery: Delivery, error: TransferError): boolean {
    const { attempts, throttles, moves } = delivery;
    const { verdict, code } = error;
    if (code === 'ERR_VOLUME_OUT') return moves <= MOVES_LIMIT;
    // Never the object's fault. A shortage that lasts has ended the run above.
    if (code === 'ERR_OPEN_FILES') return true;
    if (verdict === 'retry') return attempts <= retriesAfter(error, retries) && !contact.isBeyondHope?.(error);
    return verdict === 'throttle' && throttles <= THROTTLES_LIMIT && !healthOf(askedOf(delivery))?.isExhausted;
  }

  function again(delivery: Delivery, error: TransferError): Promise<void> | undefined {
    return tryAgain(delivery, error, retryDelayMs(error, isFree(error) ? 1 : delivery.attempts));
  }

  function tryAgain(delivery: Delivery, error: TransferError, delayMs: number): Promise<void> | undefined {
    intake.redeliver({ delivery, error }, delayMs);
    return events.emit({ type: 'retry', of: 'objects', key: delivery.entry.key, error, delayMs });
  }

  /** Counts the object as not taken. Its batch still ends when none of its objects is under way any more. */
  function leaveToOthers({ batch }: Delivery): undefined {
    batch.open--;
    if (batch.open === 0) ack(batch);
    return notTaken();
  }

  function notTaken(): undefined {
    intake.notTaken();
  }

  function end(delivery: Delivery, outcome: Outcome, kind?: RejectKind): Promise<void> | undefined {
    const { entry, batch, attempts, throttles, moves } = delivery;
    const waiting = events.outcome(entry, batch, outcome, attempts + throttles + moves, kind);
    return waiting === undefined ? close(delivery, outcome) : waiting.then(() => close(delivery, outcome));
  }

  /** The object is written down and counted. */
  function close(delivery: Delivery, outcome: Outcome): undefined {
    const { batch } = delivery;
    if (outcome.status === 'stored' || (outcome.status === 'skipped' && outcome.isConfirmed)) {
      contact.stored(askedOf(delivery));
      shortage.over();
    }
    batch.open--;
    if (batch.open === 0) ack(batch);
    intake.settled();
  }

  return new Writable({
    objectMode: true,
    write(result: Result, _encoding, done) {
      try {
        const waiting = decide(result);
        if (waiting === undefined) done();
        else waiting.then(() => done(), done);
      } catch (error) {
        done(toTransferError(error));
      }
    },
  });
}

/** The outcome of an object that is not tried again. */
function lastOutcome({ delivery, error, kind }: Failed): Outcome {
  if (error.code !== 'ERR_NOT_FOUND') return { status: 'failed', error };
  if (kind === 'folder' || isListed(delivery)) return { status: 'gone', error };
  return { status: 'failed', error: neverFound(delivery.entry, error) };
}

/** Only the input line says that this key exists. */
function neverFound({ key, target }: ObjectEntry, error: TransferError): TransferError {
  if (target !== undefined) return error;
  const message = say.sources.objects.notFound(key, keyHint(key), error.message);
  return new TransferError('ERR_NOT_FOUND', message, { cause: error });
}

/** Whether the failure is not the object's fault: the server asks to wait, or the object needs another disk. */
function isFree({ verdict, code }: TransferError): boolean {
  return verdict === 'throttle' || code === 'ERR_VOLUME_OUT';
}
