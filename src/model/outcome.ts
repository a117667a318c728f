/** The ends that an object can meet. */
import type { TransferError } from '../errors.js';

/** The closed set of ends: the same words in counters, journal, metrics and README. */
export type Outcome =
  | { readonly status: 'stored'; readonly bytes: number; readonly volume?: number }
  | { readonly status: 'skipped'; readonly bytes: number; readonly wouldStore?: boolean; readonly volume?: number }
  | { readonly status: 'gone' }
  | { readonly status: 'failed'; readonly error: TransferError };
