/** The last failures of a run, and how often each code came: for people who look at the run. */
import type { TransferError } from '../../../errors.js';
import type { EventBus } from '../../../events/bus.js';
import type { RecentFailure } from '../../../events/picture/watch.js';
import { say } from '../../../texts/say.js';

/** As many as a person reads. */
export const MOST_FAILURES = 100;
/** A key has at most 4 kB, and a message may quote it. */
const MOST_CHARS = 2_000;

export class RecentFailures {
  readonly #last: RecentFailure[] = [];
  /** Attempts that failed, by code. */
  readonly attempts = new Map<string, number>();

  constructor(events: EventBus) {
    events.on(['failure'], ({ key, error, attempts }) => {
      this.#last.push({ atMs: Date.now(), key, ...failureOf(error.code, error.message, error.verdict) });
      if (this.#last.length > MOST_FAILURES) this.#last.shift();
      // A key that cannot be stored was never asked for.
      if (attempts > 0) this.#count(error);
      return undefined;
    });
    events.on(['retry'], ({ error }) => {
      this.#count(error);
      return undefined;
    });
  }

  /** The newest first. */
  get newest(): readonly RecentFailure[] {
    return this.#last.toReversed();
  }

  #count({ code }: TransferError): void {
    this.attempts.set(code, (this.attempts.get(code) ?? 0) + 1);
  }
}

/** What is said of a failure, besides its key and its time. */
export function failureOf(
  code: TransferError['code'],
  message: string,
  verdict: TransferError['verdict'],
): Omit<RecentFailure, 'key' | 'atMs'> {
  return { code, verdict, message: message.slice(0, MOST_CHARS), advice: say.errors.codes[code].todo };
}
