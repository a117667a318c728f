/** The events of a run, and their listeners. */
import type { TransferError } from '../errors.js';
import type { NoticeCode } from './notices.js';
import type { Progress } from './rate.js';
import type { Summary } from './stats.js';

/** An object has its outcome. */
export interface ObjectEvent {
  readonly type: 'object';
  /** Relative to SOURCE. */
  readonly key: string;
  readonly status: 'stored' | 'skipped' | 'gone' | 'failed';
  /** Size of the stored file, or of the file that was already there. */
  readonly bytes?: number;
  /** Root of the volume that stores it. */
  readonly volume?: string;
  /** Path below the volume, if it differs from the key. */
  readonly path?: string;
  /** The reason of the failure. */
  readonly error?: TransferError;
}

/** An object, or a folder, that failed after its last attempt. */
export interface FailureEvent {
  readonly type: 'failure';
  readonly key: string;
  readonly error: TransferError;
  readonly attempts: number;
}

/** A message that does not end the run. */
export interface NoticeEvent {
  readonly type: 'notice';
  readonly code: NoticeCode;
  readonly message: string;
}

/** The progress of the run, once per second. */
export interface ProgressEvent extends Progress {
  readonly type: 'progress';
}

/** For a comparison: an object, or a file, that differs. The fields are the fields of a `sluice verify` line. */
export interface FindingEvent {
  readonly type: 'finding';
  readonly key: string;
  readonly reason: string;
  readonly [field: string]: unknown;
}

/** The run has ended. */
export interface SummaryEvent {
  readonly type: 'summary';
  readonly summary: Summary;
}

export type SluiceEvent = ObjectEvent | FailureEvent | NoticeEvent | ProgressEvent | FindingEvent | SummaryEvent;
export type EventType = SluiceEvent['type'];

/**
 * A returned promise pauses the run until it settles. So a slow listener slows the run down, and memory stays bounded.
 */
export type Listener = (event: SluiceEvent) => Promise<void> | undefined;

export class EventBus {
  readonly #listeners = new Map<EventType, Set<Listener>>();

  /** Calls `listener` for each event of these types, until the caller calls the returned function. */
  on(types: readonly EventType[], listener: Listener): () => void {
    for (const type of types) {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(listener));
    }
    return () => {
      for (const type of types) this.#listeners.get(type)?.delete(listener);
    };
  }

  /** Whether any listener wants events of this type. */
  listens(type: EventType): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  /** The promise settles when all slow listeners have caught up. */
  emit(event: SluiceEvent): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const listener of this.#listeners.get(event.type) ?? []) {
      const wait = listener(event);
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => {});
  }
}
