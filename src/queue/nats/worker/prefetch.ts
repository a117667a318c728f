/**
 * How much work a machine takes ahead: whoever takes more than half a second of it leaves the others without work at the end,
 * whoever takes less waits for the queue between two parts.
 */
import { PART_ENTRIES } from '../../../model/part.js';

const AHEAD_MS = 500;
const LEAST_OBJECTS = 500;
const MOST_OBJECTS = 8_000;
/** How often the speed is measured. */
const MEASURE_MS = 500;
/** Weight of the newest part in the mean of their sizes. */
const GAIN = 1 / 8;

export class Prefetch {
  readonly #settled: () => number;
  readonly #nowMs: () => number;
  #meanObjects = PART_ENTRIES;
  #speed: { settled: number; atMs: number; perMs: number };

  /** `settled` counts the objects that were settled here. */
  constructor(settled: () => number, nowMs: () => number = () => performance.now()) {
    this.#settled = settled;
    this.#nowMs = nowMs;
    this.#speed = { settled: settled(), atMs: nowMs(), perMs: 0 };
  }

  /** A part of so many objects was taken. */
  took(objects: number): void {
    this.#meanObjects = Math.max(1, this.#meanObjects + (objects - this.#meanObjects) * GAIN);
  }

  /** How many parts more, with so many objects under way. */
  partsWanted(openObjects: number): number {
    const settled = this.#settled();
    const atMs = this.#nowMs();
    const tookMs = atMs - this.#speed.atMs;
    if (tookMs >= MEASURE_MS) this.#speed = { settled, atMs, perMs: (settled - this.#speed.settled) / tookMs };
    const wanted = Math.min(MOST_OBJECTS, Math.max(LEAST_OBJECTS, this.#speed.perMs * AHEAD_MS));
    return Math.max(0, Math.ceil((wanted - openObjects) / this.#meanObjects));
  }
}
