/** What the lanes need of the stage that sends the requests. */

import type { Delivery, Result } from '../../model/batch.js';
import type { Lane } from './lane.js';

export interface LaneStage {
  /** Whether the next stage takes more; `wanted` settles when it does. */
  isWanted(): boolean;
  wanted(): Promise<void> | undefined;
  /** Whether all objects of the input have entered a lane, and none waits elsewhere for another attempt. */
  isAllGiven(): boolean;
  start(lane: Lane, delivery: Delivery): void;
  give(result: Result): void;
  fail(error: Error): void;
  /** Counts objects that are set aside, and those that come back (negative). */
  onAside(objects: number): void;
  /** So many objects that are set aside count as never taken. */
  onAsideDropped(objects: number): void;
}
