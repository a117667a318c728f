/** Which lane begins its next object: lanes take turns, within the limits of each and of all. */
import type { Pacer } from '../pacer.js';
import type { Lane } from './lane.js';
import type { OpenOrigins } from './open-origins.js';

export interface TurnsParts {
  /** Requests at once, to all origins. */
  total: number;
  open: OpenOrigins;
  openPacer: (lane: Lane) => Pacer;
  /** Whether the next stage takes more. */
  isWanted: () => boolean;
  /** Begins the next object of the lane. */
  begin: (lane: Lane) => void;
  /** Called with a lane that may need something: objects, or nothing any more. */
  onWake: (lane: Lane) => void;
  /** Aborted: nothing begins. */
  signal: AbortSignal;
}

export class Turns {
  readonly #parts: TurnsParts;
  /** Lanes whose turn may come; the others wait for an event. */
  readonly #ready = new Set<Lane>();
  /** New origins beyond the share of new ones. */
  readonly #held = new Set<Lane>();
  readonly #paused = new Set<Lane>();
  /** Requests at once now. A shortage of this machine lowers it; each full turn without one raises it by one. */
  #limit: number;
  #served = 0;
  /** What the user has set during the run. */
  #most = Number.POSITIVE_INFINITY;
  #overload: NodeJS.Timeout | undefined;
  #isPumping = false;

  constructor(parts: TurnsParts) {
    this.#parts = parts;
    this.#limit = parts.total;
  }

  /** The lane may have something to begin. It is looked at in the next round. */
  add(lane: Lane): void {
    this.#ready.add(lane);
  }

  /** The same, and looks now. */
  wake(lane: Lane): void {
    if (lane.waiting > 0) this.#ready.add(lane);
    this.#parts.onWake(lane);
    this.pump();
  }

  /** A connection or a request of the lane has ended. */
  freed(lane: Lane): void {
    for (const held of this.#held) this.#ready.add(held);
    this.#held.clear();
    this.wake(lane);
  }

  /** Begins as many objects as may begin. */
  pump(): void {
    if (this.#isPumping || this.#ready.size === 0 || this.#parts.signal.aborted) return;
    this.#isPumping = true;
    let { free, freeForNew } = this.#places();
    for (const lane of this.#ready) {
      if (free <= 0 || !this.#parts.isWanted()) break;
      this.#ready.delete(lane);
      if (lane.waiting === 0 || !this.#isOpen(lane) || !lane.hasRoom) continue;
      if (lane.state === 'new' && freeForNew-- <= 0) {
        this.#held.add(lane);
        continue;
      }
      free--;
      if (lane.waiting > 1) this.#ready.add(lane);
      this.#parts.begin(lane);
    }
    this.#isPumping = false;
  }

  /** The most requests at once, to all origins; undefined = what the options say. */
  setMost(most = Number.POSITIVE_INFINITY): void {
    this.#most = most;
    this.pump();
  }

  get max(): number {
    return Math.min(this.#parts.total, this.#most);
  }

  /** The server of a lane has served a request. */
  served(): void {
    if (this.#limit >= this.#parts.total || ++this.#served < this.#limit) return;
    this.#served = 0;
    this.#limit++;
  }

  /**
   * This machine, not a server, is overloaded: nothing begins for this time, then half as many requests at once. Returns
   * false if nothing begins already.
   */
  pauseForOverload(pauseMs: number): boolean {
    if (this.#overload !== undefined) return false;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#served = 0;
    this.#overload = setTimeout(() => {
      this.#overload = undefined;
      this.pump();
    }, pauseMs);
    return true;
  }

  stop(): void {
    clearTimeout(this.#overload);
  }

  /** Whether a request of the lane may go out. If not, the lane comes back by itself. */
  #isOpen(lane: Lane): boolean {
    const { open, openPacer } = this.#parts;
    if (lane.state !== 'out' && !open.enter(lane)) return false;
    if (lane.pacer === undefined) {
      lane.pacer = openPacer(lane);
      lane.pacer.slots.onFreed = () => this.freed(lane);
      lane.pacer.slots.onGrowth = () => this.wake(lane);
    }
    const { health } = lane.pacer;
    if (health.isOpen || this.#paused.has(lane)) return health.isOpen;
    this.#paused.add(lane);
    void health.opened().then(() => {
      this.#paused.delete(lane);
      this.wake(lane);
    });
    return false;
  }

  /** Places for requests, and for those to new origins: at most half, since each may hang until its timeout. */
  #places(): { free: number; freeForNew: number } {
    let free = this.#overload === undefined ? Math.min(this.#limit, this.#most) : 0;
    let freeForNew = Math.ceil(this.#parts.total / 2);
    for (const lane of this.#parts.open.lanes()) {
      free -= lane.busy;
      if (lane.state === 'new') freeForNew -= lane.busy;
    }
    return { free, freeForNew };
  }
}
