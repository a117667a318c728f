/** The ends that an object can meet. */
import type { TransferError } from '../errors.js';

/** The closed set of ends: the same words in counters, journal, metrics and README. */
export type Outcome =
  | {
      readonly status: 'stored';
      readonly bytes: number;
      /** The place of its disk in `--to`. */
      readonly volume: number;
      /** Of the bytes that were stored, lower-case hex. */
      readonly md5?: string;
      /** What the file was given. */
      readonly mtimeMs?: number;
      /** As the server or the listing said it. */
      readonly etag?: string | undefined;
      /** Below the volume, when it is not the key itself. */
      readonly path?: string | undefined;
    }
  | {
      readonly status: 'skipped';
      readonly bytes: number;
      /** Where it is; -1 where nothing is stored at all (list, dry run). */
      readonly volume: number;
      /** Below the volume, when it is not the key itself. */
      readonly path?: string | undefined;
      readonly wouldStore?: boolean;
      /** Of what an earlier run of the job has stored, as for `stored`. */
      readonly md5?: string | undefined;
      readonly mtimeMs?: number;
    }
  | { readonly status: 'gone' }
  | { readonly status: 'failed'; readonly error: TransferError };

/** Whose fault a failed request is. */
export type Blame = 'request' | 'origin';
