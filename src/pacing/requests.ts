/** What goes through a pacer. */
import type { TransferError } from '../errors.js';
import type { RetryOptions } from './backoff/retry.js';

/** One request for an object. */
export interface Task {
  readonly key: string;
  /** Size of the body; undefined = unknown. */
  readonly bytes: number | undefined;
  /** Examines a failure before the pacer decides about it, and returns the true error. @default the error itself */
  readonly confirm?: (error: TransferError) => Promise<TransferError>;
}

/** The request was not sent: its directory must wait, or the pacer has stopped. */
export type Postponed = { readonly postponedMs: number } | { readonly isNotTaken: true };

export interface AskOptions<T> extends Pick<RetryOptions, 'isBeyondHope' | 'signal'> {
  /** The work of a result, besides the request. @default none */
  workOf?: (result: T) => number;
}
