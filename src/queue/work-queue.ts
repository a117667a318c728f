/**
 * The queue between producer and consumer. It lives in one process or between machines; its callers do not see the
 * difference.
 */
import type { Alerts } from '../events/alerts.js';
import type { Batch } from '../model/batch.js';
import type { SharedFolders } from '../sources/listing/shared-folders.js';

/**
 * Contract: a consumer takes each batch that a producer puts. It acknowledges the batch once none of its objects is
 * under way. The queue delivers a batch again when it has taken it back, or its consumer dies. The order is free. `put`
 * waits while the queue is full. An empty queue is not a finished one. The optional members are further abilities.
 */
export interface WorkQueue {
  /**
   * Waits while the queue is full. True once the queue holds the batch for good. False when this process has left or
   * closed it.
   */
  put(batch: Batch): Promise<boolean>;
  /** This producer puts no more batches. */
  close(): void;
  /**
   * Ends when every producer has closed and every batch is settled, or when this process leaves. One reader at a time.
   */
  take(): AsyncGenerator<Batch, void, void>;
  /** All objects of a taken batch are settled here, or go to another consumer. */
  ack(batch: Batch): void;
  /**
   * This consumer cannot finish a taken batch. True when the queue takes it back: a consumer gets the batch again (on
   * another machine, if one has room), some time after `ack` has said that none of its objects is under way here. False
   * when there is no other consumer: the batch stays with this one, and settles here.
   */
  nack(batch: Batch, why: NackReason): boolean;
  /** This process stops putting and taking. Calls that wait here return. */
  leave(): void;
  /** For the snapshot. */
  gauges(): Readonly<Record<string, unknown>>;
  /** What this machine and the others tell each other about the server. @default there are no others */
  readonly alerts?: Alerts | undefined;
  /** The listing that machines share: it says which pages to list here. @default this process lists all of SOURCE */
  readonly folders?: SharedFolders | undefined;
  /** The queue must know who reads an input into it, and until when. @default `close` says enough */
  readonly feeding?: Feeding | undefined;
  /**
   * The queue's own work. Runs beside the pipeline until that has `ended` or `failed`, and resolves when what was taken
   * is safe, or requeued. Rejects when the run must not go on. @default there is none
   */
  readonly background?: ((ended: AbortSignal, failed: AbortSignal) => Promise<void>) | undefined;
}

/** `no-room`: no disk of this machine has room for an object of the batch. */
export type NackReason = 'no-room';

/** A producer whose batches come from an input. */
export interface Feeding {
  /** This process begins to read an input into the queue: until its end the queue is not finished. */
  begin(): Promise<void>;
  /** The input was read to its end, and all of it was put. */
  end(): Promise<void>;
}

/** What a consumer needs of a queue. */
export type BatchSource = Pick<WorkQueue, 'take' | 'ack' | 'nack' | 'leave'>;
