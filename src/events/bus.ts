/** The events of a run, and their listeners: counts, lists of failures and stored objects, screens, programs. */

import type { Batch, RejectKind } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';
import type { RunEvent } from './event.js';
import type { NoticeCode, NoticeTopic } from './notices.js';

/**
 * A returned promise pauses the run until it settles. So a slow listener slows the run down, and memory stays bounded.
 */
export type Listener<Type extends RunEvent['type'] = RunEvent['type']> = (
  event: Extract<RunEvent, { type: Type }>,
) => Promise<void> | undefined;

/**
 * Gets the end of an object, with its attempts. `batch` is the batch that it came with, if any; `kind` says what it is
 * if not an object. A returned promise pauses the run.
 */
export type OutcomeListener = (
  entry: ObjectEntry,
  batch: Batch | undefined,
  outcome: Outcome,
  attempts: number,
  kind: RejectKind | undefined,
) => Promise<void> | undefined;

/** Gets what changes all the time. */
export interface FlowListener {
  /** So many objects have entered the transfer. Negative: they count as never taken. */
  taken(objects: number): void;
  /** Bytes of a large body have arrived. Negative: the body has ended, and its outcome counts. */
  arriving(bytes: number): void;
}

export class EventBus {
  readonly #listeners = new Map<RunEvent['type'], Set<Listener>>();
  readonly #recorders: OutcomeListener[] = [];
  readonly #counters: OutcomeListener[] = [];
  readonly #flows: FlowListener[] = [];
  /** Promises of slow listeners that have not settled. */
  #slow = 0;

  /** Calls `listener` for each event of these types, until the caller calls the returned function. */
  on<Type extends RunEvent['type']>(types: readonly Type[], listener: Listener<Type>): () => void {
    const any = listener as unknown as Listener;
    for (const type of types) {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(any));
    }
    return () => {
      for (const type of types) this.#listeners.get(type)?.delete(any);
    };
  }

  /** Whether any listener wants events of this type. */
  listens(type: RunEvent['type']): boolean {
    return (this.#listeners.get(type)?.size ?? 0) > 0;
  }

  /** The promise settles when all slow listeners have caught up. */
  emit(event: RunEvent): Promise<void> | undefined {
    const waits: Promise<void>[] = [];
    for (const listener of this.#listeners.get(event.type) ?? []) {
      const wait = listener(event);
      if (wait !== undefined) waits.push(wait);
    }
    return waits.length === 0 ? undefined : this.#pause(waits);
  }

  /** A program is behind with its events: nothing moves until it reads on. */
  get isPaused(): boolean {
    return this.#slow > 0;
  }

  async #pause(waits: readonly Promise<void>[]): Promise<void> {
    this.#slow++;
    try {
      await Promise.all(waits);
    } finally {
      this.#slow--;
    }
  }

  /** A message that does not end the run. `about` is for codes that cover several cases. */
  notice(code: NoticeCode, message: string, about?: NoticeTopic): void {
    void this.emit({ type: 'notice', code, message, ...(about !== undefined && { about }) });
  }

  /** The listing or the input has named these entries, and as many `others` that are not objects (any more). */
  found(entries: readonly ObjectEntry[], others: number): void {
    if (!this.listens('found')) return;
    let bytes = 0;
    for (const { size } of entries) bytes += size ?? 0;
    void this.emit({ type: 'found', objects: entries.length + others, bytes });
  }

  /** `listener` gets what changes with every object and every piece of a body, as values. */
  onFlow(listener: FlowListener): void {
    this.#flows.push(listener);
  }

  /** See {@link FlowListener.taken}. */
  taken(objects: number): void {
    for (const flow of this.#flows) flow.taken(objects);
  }

  /** See {@link FlowListener.arriving}. */
  arriving(bytes: number): void {
    for (const flow of this.#flows) flow.arriving(bytes);
  }

  /** `listener` writes the end of an object down, before the object counts. It may throw: then the run ends. */
  onRecord(listener: OutcomeListener): void {
    this.#recorders.push(listener);
  }

  /** `listener` counts the end of an object, after it is written down. */
  onOutcome(listener: OutcomeListener): void {
    this.#counters.push(listener);
  }

  /**
   * An object has its outcome. This is the one event of every object, so its listeners get the values themselves: no
   * event is built. The promise settles when all slow listeners have caught up.
   */
  outcome(
    entry: ObjectEntry,
    batch: Batch | undefined,
    outcome: Outcome,
    attempts: number,
    kind: RejectKind | undefined,
  ): Promise<void> | undefined {
    const written = callAll(this.#recorders, entry, batch, outcome, attempts, kind);
    if (written === undefined) return callAll(this.#counters, entry, batch, outcome, attempts, kind);
    return written.then(() => callAll(this.#counters, entry, batch, outcome, attempts, kind));
  }
}

function callAll(
  listeners: readonly OutcomeListener[],
  entry: ObjectEntry,
  batch: Batch | undefined,
  outcome: Outcome,
  attempts: number,
  kind: RejectKind | undefined,
): Promise<void> | undefined {
  let waits: Promise<void>[] | undefined;
  for (const listener of listeners) {
    const wait = listener(entry, batch, outcome, attempts, kind);
    if (wait !== undefined) waits = [...(waits ?? []), wait];
  }
  return waits && Promise.all(waits).then(() => {});
}
