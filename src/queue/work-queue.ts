/** What joins the two halves: parts that wait for their turn. In one process, or between machines; nobody else knows which. */
import type { Part } from '../model/part.js';

/**
 * Contract: a part that was put is taken by someone; whoever takes it acknowledges it once all of its objects are settled,
 * or gives it back, and then it is taken again, as it is when its taker dies. The order is free. `put` waits while as many
 * parts wait as the queue may hold. Empty does not mean finished.
 */
export interface WorkQueue {
  /** True once the part is in the queue for good; waits while that is full. False when this process has left, or closed it. */
  put(part: Part): Promise<boolean>;
  /** This producer puts nothing any more. */
  close(): void;
  /** Ends when every producer has closed and every part is settled, or when this process leaves. One reader at a time. */
  take(): AsyncGenerator<Part, void, void>;
  /** All objects of a part that was taken are settled. */
  ack(part: Part): void;
  /** Somebody has to take it once more. */
  giveBack(part: Part): void;
  /** This process neither puts nor takes any more: whoever waits here goes on without. */
  leave(): void;
  /** For the snapshot. */
  gauges(): Readonly<Record<string, unknown>>;
}
