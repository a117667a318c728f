/** What happens in a run, as events; and who listens. */
import type { TransferError } from '../errors.js';
import type { NoticeCode } from './notices.js';
import type { Progress } from './rate.js';
import type { Summary } from './stats.js';

/** An object has met its end. */
export interface ObjectEvent {
  readonly type: 'object';
  /** Relative to SOURCE. */
  readonly key: string;
  readonly status: 'stored' | 'skipped' | 'gone' | 'failed';
  /** Of the stored file, or of the one that was there. */
  readonly bytes?: number;
  /** Root of the volume that it is stored on. */
  readonly volume?: string;
  /** Below the volume, when it is not the key itself. */
  readonly path?: string;
  /** Why it failed. */
  readonly error?: TransferError;
}

/** An object, or a folder, that was given up. */
export interface FailureEvent {
  readonly type: 'failure';
  readonly key: string;
  readonly error: TransferError;
  readonly attempts: number;
}

/** Worth knowing, and ends nothing. */
export interface NoticeEvent {
  readonly type: 'notice';
  readonly code: NoticeCode;
  readonly message: string;
}

/** How far the run is; once a second. */
export interface ProgressEvent extends Progress {
  readonly type: 'progress';
}

/** Of a comparison: an object, or a file, that differs; the fields are those of a line of `sluice verify`. */
export interface FindingEvent {
  readonly type: 'finding';
  readonly key: string;
  readonly reason: string;
  readonly [field: string]: unknown;
}

/** The run is over. */
export interface SummaryEvent {
  readonly type: 'summary';
  readonly summary: Summary;
}

export type SluiceEvent = ObjectEvent | FailureEvent | NoticeEvent | ProgressEvent | FindingEvent | SummaryEvent;
export type EventType = SluiceEvent['type'];

/** A promise holds the run until it settles: that is how a slow listener slows a run down instead of filling memory. */
export type Listener = (event: SluiceEvent) => Promise<void> | undefined;

export class EventBus {
  readonly #listeners = new Map<EventType, Set<Listener>>();

  /** Calls `listener` for each event of these types, until what this returns is called. */
  on(types: readonly EventType[], listener: Listener): () => void {
    for (const type of types) {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(listener));
    }
    return () => {
      for (const type of types) this.#listeners.get(type)?.delete(listener);
    };
  }

  /** Whether an event of that type is worth making. */
  listens(type: EventType): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  /** The promise settles when all who are behind have caught up. */
  emit(event: SluiceEvent): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const listener of this.#listeners.get(event.type) ?? []) {
      const wait = listener(event);
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => {});
  }
}
