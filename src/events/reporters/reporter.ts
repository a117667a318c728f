/** What a run shows to its user. All renderers share one interface, and write to stderr: stdout is for data. */

import type { TransferError } from '../../errors.js';
import { escapeChar } from '../../model/json.js';
import type { StateEvent } from '../event.js';
import type { Sections } from '../gauges.js';
import type { NoticeCode, NoticeTopic } from '../notices.js';
import type { RunView } from '../run-view.js';
import type { Stats, Summary } from '../stats.js';

export interface Reporter {
  /** Starts to show progress. */
  start(stats: Stats, view: RunView): void;
  /** What the run does has changed. */
  state(event: StateEvent): void;
  /** A message that does not end the run. */
  notice(code: NoticeCode, text: string, about?: NoticeTopic): void;
  /** An object that failed after its last attempt. */
  failure(key: string, error: TransferError, attempts: number): void;
  /** The error that ends the run. */
  error(error: TransferError): void;
  /** The current state of all parts. */
  snapshot(sections: Sections): void;
  /** Stops the progress and prints the summary, the last output of a run. */
  finish(summary: Summary, advice: readonly string[]): void;
  /** Stops the progress and prints nothing more. */
  stop(): void;
}

/** Shows the first failures at once. The failures file has the rest: a broken bucket must not flood a log. */
export const SHOWN_FAILURES = 10;

/** Keys come from outside: control characters, and marks that reverse the text direction, must not reach a terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, escapeChar);
}
