/**
 * How much work a machine takes in advance. With more than half a second of work, the other machines run out of batches
 * at the end. With less, this machine waits for the queue between two batches.
 */
import { BATCH_ENTRIES } from '../../../model/batch.js';

const AHEAD_MS = 500;
const LEAST_OBJECTS = 500;
const MOST_OBJECTS = 8_000;
/** How often the speed is measured. */
const MEASURE_MS = 500;
/** Weight of the newest batch in the mean size. */
const GAIN = 1 / 8;

export class Prefetch {
  readonly #settled: () => number;
  readonly #nowMs: () => number;
  #meanObjects = BATCH_ENTRIES;
  #speed: { settled: number; atMs: number; perMs: number };

  /** `settled` returns the number of objects that this machine has settled. */
  constructor(settled: () => number, nowMs: () => number = () => performance.now()) {
    this.#settled = settled;
    this.#nowMs = nowMs;
    this.#speed = { settled: settled(), atMs: nowMs(), perMs: 0 };
  }

  /** This machine has taken a batch of so many objects. */
  took(objects: number): void {
    this.#meanObjects = Math.max(1, this.#meanObjects + (objects - this.#meanObjects) * GAIN);
  }

  /** How many more batches to take, with `openObjects` under way. */
  batchesWanted(openObjects: number): number {
    const settled = this.#settled();
    const atMs = this.#nowMs();
    const tookMs = atMs - this.#speed.atMs;
    if (tookMs >= MEASURE_MS) this.#speed = { settled, atMs, perMs: (settled - this.#speed.settled) / tookMs };
    const wanted = Math.min(MOST_OBJECTS, Math.max(LEAST_OBJECTS, this.#speed.perMs * AHEAD_MS));
    return Math.max(0, Math.ceil((wanted - openObjects) / this.#meanObjects));
  }
}
