/** The end of every object, and the only place that decides about retries. */
import { Writable } from 'node:stream';
import { type TransferError, toTransferError } from '../errors.js';
import { retryDelayMs } from '../flow/retry.js';
import type { Throttle } from '../flow/throttle.js';
import type { Outcome } from '../model/outcome.js';
import type { Delivery, Part, Result } from '../model/part.js';
import type { Books } from '../report/books.js';
import { failureLine } from '../report/failures.js';
import type { Reporter } from '../report/reporter.js';

/** An object that is refused this often while others are served is refused for its own sake. */
const THROTTLES_LIMIT = 30;

/** Takes the lines of what is given up; a promise means that its disk is behind. */
export interface FailureRecorder {
  record(line: string, part: Part): Promise<void> | undefined;
}

export interface SettleOptions {
  books: Books;
  /** Takes objects back, and learns of each that is done. */
  intake: {
    redeliver(retry: { delivery: Delivery; error: TransferError }, delayMs: number): void;
    settled(): void;
  };
  /** None on a dry run. */
  failures: FailureRecorder | undefined;
  reporter: Reporter;
  throttle: Throttle;
  /** Attempts beyond the first. */
  retries: number;
  /** Once aborted nothing is tried again. */
  draining: AbortSignal;
  /** Told of each part when its last object is settled. */
  ack: (part: Part) => void;
}

/** Enters outcomes into the books; sends errors round again or gives them up. A fatal error destroys the pipeline. */
export function createSettle(options: SettleOptions): Writable {
  const { books, intake, failures, reporter, throttle, retries, draining, ack } = options;

  function judge(result: Result): Promise<void> | undefined {
    if ('isWithdrawn' in result) return withdraw();
    if ('outcome' in result) return end(result.delivery, result.outcome);
    const { delivery, error } = result;
    if (error.verdict === 'fatal') throw error;
    if (error.verdict === 'throttle') {
      // Not the object's fault: the attempt does not count. (Everyone waits: fetch has seen to that.)
      delivery.attempts--;
      delivery.throttles++;
    }
    // Told to wait, and now told to stop: that is no failure, only not done.
    if (draining.aborted && error.verdict === 'throttle') return withdraw();
    if (!result.isFinal && !draining.aborted && mayRetry(delivery, error)) return again(delivery, error);
    if (error.code === 'ERR_NOT_FOUND') return end(delivery, { status: 'gone' });
    return giveUp(result, error);
  }

  function mayRetry({ attempts, throttles }: Delivery, { verdict }: TransferError): boolean {
    if (verdict === 'retry') return attempts <= retries;
    return verdict === 'throttle' && throttles <= THROTTLES_LIMIT && !throttle.isHopeless;
  }

  function again(delivery: Delivery, error: TransferError): undefined {
    const delayMs = retryDelayMs(error, error.verdict === 'throttle' ? 1 : delivery.attempts);
    books.retries++;
    intake.redeliver({ delivery, error }, delayMs);
  }

  function giveUp(result: Extract<Result, { error: TransferError }>, error: TransferError): Promise<void> | undefined {
    const { entry, part, throttles } = result.delivery;
    const attempts = result.delivery.attempts + throttles;
    reporter.failure(entry.key, error, attempts);
    const written = failures?.record(failureLine(entry, error, attempts, result.kind), part);
    const finish = () => end(result.delivery, { status: 'failed', error });
    if (written === undefined) return finish();
    return written.then(finish);
  }

  function withdraw(): undefined {
    books.listed--;
    intake.settled();
  }

  function end({ entry, part }: Delivery, outcome: Outcome): undefined {
    books.settle(outcome, entry.size);
    part.page?.enter(outcome, entry.size);
    part.open--;
    if (part.open === 0) ack(part);
    intake.settled();
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
