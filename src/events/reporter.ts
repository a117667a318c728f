/** What a run tells its user. Four voices with one interface; stdout belongs to the data, so all of it goes to stderr. */

import type { TransferError } from '../errors.js';
import { escapeChar } from '../model/json.js';
import type { Sections } from './gauges.js';
import type { NoticeCode } from './notices.js';
import type { Stats, Summary } from './stats.js';

export interface Reporter {
  /** Begins to show progress. */
  start(stats: Stats): void;
  /** Something worth knowing that ends nothing. */
  notice(code: NoticeCode, text: string): void;
  /** An object that was given up. */
  failure(key: string, error: TransferError, attempts: number): void;
  /** Why the run ends. */
  error(error: TransferError): void;
  /** What everyone is doing right now. */
  snapshot(sections: Sections): void;
  /** Stops the progress and sums up; the last output of a run. */
  finish(summary: Summary, advice: readonly string[]): void;
  /** Stops the progress and says nothing more. */
  stop(): void;
}

/** The first failures are shown as they happen, the rest is in the failures file: a broken bucket must not flood a log. */
export const SHOWN_FAILURES = 10;

/** Keys come from outside: control characters in them must not reach a terminal, nor marks that turn text around. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeChar);
}
