/** What a run gets besides its options, and what it returns. */
import type { Readable, Writable } from 'node:stream';
import type { TransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { Sections } from '../../events/gauges.js';
import type { Watch } from '../../events/picture/watch.js';
import { type SharedTotals, type Stats, type Summary, summarise } from '../../events/stats.js';
import type { Limits } from '../../pacing/limits/limits.js';
import type { Sink } from '../../sinks/sink.js';
import type { Source } from '../../sources/source.js';
import type { Interruption } from '../interruption.js';

export interface RunIo {
  /** For `fetch`, and for `verify` with lines to compare. */
  input: Readable;
  /** For `list`, a dry run, and `verify`. */
  output: Writable;
  /** Receives everything that happens; its listeners count, record and show it. */
  events: EventBus;
  interruption: Interruption;
  /** Aborts with the error when an uncaught exception occurs. */
  defect: AbortSignal;
  /** Called when a disk does not answer: its thread may keep the process alive. */
  onStuck: () => void;
  /** Receives a function that returns the current summary, for an end that the run cannot report itself. */
  onBegin: (summary: () => Summary) => void;
  /**
   * Called while the run works, with the parts that can be inspected and changed. Returns a function that ends this.
   */
  onRunning: (running: Running) => () => void;
  /** Called once, at the start of the run: it can be looked at, and changed. @default nothing is collected for that */
  onWatch?: ((watch: Watch) => void) | undefined;
  /** Of Sluice: a watch tells it, and the run notes it. */
  version?: string | undefined;
  /** A watch keeps the history of the run in the folder of the first disk. @default true */
  isHistoryKept?: boolean | undefined;
  /** Replaces the source that `config.source` names. */
  source?: Source | undefined;
  /** Replaces the disks of `config.to`, which then names none. */
  sink?: Sink | undefined;
}

/** A run at work. */
export interface Running {
  /** The current state of each part. */
  snapshot(): Sections;
  readonly limits: Limits;
}

/** How a run ends. */
export interface RunEnd {
  /** SOURCE, as the command line gives it. */
  readonly url: string;
  readonly stats: Stats;
  /** For a shared job: what all machines have done. */
  readonly shared: SharedTotals | undefined;
  /** The error that ended the run early, or an error from closing. */
  readonly failure: TransferError | undefined;
  /** The path of the failures file, if it could be written. */
  readonly failures: string | undefined;
  /** The list of gone objects, if any are gone. */
  readonly goneFile: string | undefined;
  readonly isInterrupted: boolean;
  /** The error of the output. */
  readonly outputError: unknown;
}

/** The summary of the run. */
export function summaryOf({ stats, goneFile, shared }: RunEnd): Summary {
  return { ...summarise(stats), ...(goneFile !== undefined && { goneFile }), ...(shared && { job: shared }) };
}
