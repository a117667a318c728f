/** What a run is given besides its options, and what it gives. */
import type { Readable, Writable } from 'node:stream';
import type { TransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { Sections } from '../../events/gauges.js';
import type { Reporter } from '../../events/reporter.js';
import { type SharedTotals, type Stats, type Summary, summarise } from '../../events/stats.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { Source } from '../../sources/source.js';
import type { Interruption } from '../interruption.js';

export interface RunIo {
  /** Of `fetch`, and of `verify` with lines to compare. */
  input: Readable;
  /** Of `list`, of a dry run, and of `verify`. */
  output: Writable;
  reporter: Reporter;
  interruption: Interruption;
  /** Aborted, with the error, when something is thrown that no code could catch. */
  defect: AbortSignal;
  /** A disk does not answer, and its thread may keep the process from ending by itself. */
  onStuck: () => void;
  /** Takes what the summary would say at any time, for an end that nothing here can tell of. */
  onBegin: (summary: () => Summary) => void;
  /** Called while the run goes on, with what may be looked at and changed; gives what ends that. */
  onRunning: (running: Running) => () => void;
  /** Told of each object, where a program listens. */
  bus?: EventBus | undefined;
  /** Instead of the one that `config.source` names. */
  source?: Source | undefined;
}

/** A run that goes on. */
export interface Running {
  /** What each part of it does right now. */
  snapshot(): Sections;
  readonly limits: Limits;
}

/** How a run has ended. */
export interface RunEnd {
  /** SOURCE, as a command line has it. */
  readonly url: string;
  readonly stats: Stats;
  /** Of a job with others: what all machines have done. */
  readonly shared: SharedTotals | undefined;
  /** What ended the run early, or went wrong in closing. */
  readonly failure: TransferError | undefined;
  /** Where the failures file lies, if it could be written. */
  readonly failures: string | undefined;
  /** The list of what was listed and is gone, if anything is. */
  readonly goneFile: string | undefined;
  readonly isInterrupted: boolean;
  /** What the output failed with. */
  readonly outputError: unknown;
}

/** What the run says at its end. */
export function summaryOf({ stats, goneFile, shared }: RunEnd): Summary {
  return { ...summarise(stats), ...(goneFile !== undefined && { goneFile }), ...(shared && { job: shared }) };
}
