/** The possible outcomes of an object. */
import type { TransferError } from '../errors.js';
import type { CheckedBy } from './digest.js';
import type { Reason } from './reasons.js';
import type { Validators } from './urls/known-version.js';

/** The closed set of outcomes: the same words in counters, journal, metrics and README. */
export type Outcome =
  | {
      readonly status: 'stored';
      readonly bytes: number;
      /** Index of its disk in `--to`. */
      readonly volume: number;
      /** MD5 of the stored bytes, lower-case hex. */
      readonly md5?: string;
      /** The mtime of the stored file. */
      readonly mtimeMs?: number;
      /** From the server or the listing. */
      readonly etag?: string | undefined;
      /** To ask later whether it has changed. */
      readonly validators?: Validators;
      /** Path below the volume, if it differs from the key. */
      readonly path?: string | undefined;
      /** Absent where an earlier run stored it, and did not note that. */
      readonly checkedBy?: CheckedBy | undefined;
      /** From its first request until it was stored, in milliseconds. Only the run that stored it knows it. */
      readonly tookMs?: number | undefined;
    }
  | {
      readonly status: 'skipped';
      readonly bytes: number;
      /** Index of its disk; -1 if nothing is stored (list, dry run). */
      readonly volume: number;
      /** Path below the volume, if it differs from the key. */
      readonly path?: string | undefined;
      readonly wouldStore?: boolean;
      /** The server said that it has not changed. */
      readonly isConfirmed?: true;
      /** Of an object that a run would store: its storage class, from which it must be restored first. */
      readonly archived?: string | undefined;
      /** If an earlier run of the job stored it; as for `stored`. */
      readonly md5?: string | undefined;
      readonly mtimeMs?: number;
    }
  | {
      readonly status: 'gone';
      /** What the server answered. Undefined when the list of gone objects does not name it. */
      readonly error?: TransferError;
    }
  | {
      readonly status: 'failed';
      readonly error: TransferError;
      /** For a comparison: how the file differs. */
      readonly reason?: Reason;
    };

/** What caused a failed request: the request itself or the origin. */
export type Blame = 'request' | 'origin';
