/**
 * How many origins are open at once: those that have a pacer and connections. One that is idle stays open until another
 * one needs its place; the one that has been idle longest goes first. One that is out has no connections, and does not
 * count.
 */
import type { Lane } from './lane.js';

export class OpenOrigins {
  readonly #max: number;
  readonly #close: (lane: Lane) => void;
  readonly #open = new Set<Lane>();
  /** Those of the open ones that have nothing to do, the longest idle one first. */
  readonly #idle = new Set<Lane>();
  /** Those that wait for a place. */
  readonly #waiting = new Set<Lane>();

  constructor(max: number, close: (lane: Lane) => void) {
    this.#max = max;
    this.#close = close;
  }

  get size(): number {
    return this.#open.size;
  }

  lanes(): Iterable<Lane> {
    return this.#open;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Whether the lane is open now. Else it waits until {@link OpenOrigins.next} returns it. */
  enter(lane: Lane): boolean {
    this.#idle.delete(lane);
    if (this.#open.has(lane)) return true;
    if (this.#open.size >= this.#max) {
      const [oldest] = this.#idle;
      if (oldest === undefined) {
        this.#waiting.add(lane);
        return false;
      }
      this.leave(oldest);
      this.#close(oldest);
    }
    this.#waiting.delete(lane);
    this.#open.add(lane);
    return true;
  }

  /** The lane has nothing to do. Returns whether it stays open. */
  rest(lane: Lane): boolean {
    if (!this.#open.has(lane)) return false;
    this.#idle.add(lane);
    return true;
  }

  /** One that waits, if there is a place for it. */
  next(): Lane | undefined {
    const [first] = this.#waiting;
    if (first === undefined || (this.#open.size >= this.#max && this.#idle.size === 0)) return undefined;
    this.#waiting.delete(first);
    return first;
  }

  /** The lane is closed, or out. */
  leave(lane: Lane): void {
    this.#open.delete(lane);
    this.#idle.delete(lane);
    this.#waiting.delete(lane);
  }
}
