/**
 * The queue between producer and consumer. It lives in one process or between machines; its callers do not see the
 * difference.
 */
import type { Part } from '../model/part.js';

/**
 * Contract: a consumer takes each part that a producer puts. It acknowledges the part once all objects are settled,
 * or requeues it. The queue delivers a part again when it is requeued or its consumer dies. The order is free. `put`
 * waits while the queue is full. An empty queue is not a finished one.
 */
export interface WorkQueue {
  /**
   * Waits while the queue is full. True once the queue holds the part for good. False when this process has left or
   * closed it.
   */
  put(part: Part): Promise<boolean>;
  /** This producer puts no more parts. */
  close(): void;
  /**
   * Ends when every producer has closed and every part is settled, or when this process leaves. One reader at a time.
   */
  take(): AsyncGenerator<Part, void, void>;
  /** All objects of a taken part are settled. */
  ack(part: Part): void;
  /** Requeues a part: a consumer has to take it again. */
  nack(part: Part): void;
  /** This process stops putting and taking. Calls that wait here return. */
  leave(): void;
  /** For the snapshot. */
  gauges(): Readonly<Record<string, unknown>>;
}
