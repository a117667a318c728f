/**
 * Decides which object of a source with many servers is asked for next. Each server (origin) has a lane: its objects wait
 * there, and its own pacer decides how many go out at once. Lanes take turns. So a server that is slow, throttles or does
 * not answer takes only its share.
 */
import { toTransferError } from '../../errors.js';
import { askedOf, type Delivery, type Result } from '../../model/batch.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { OriginHealth } from '../backoff/origin-health.js';
import { Aside } from './aside.js';
import { hostFailure, isOfHost } from './host-failure.js';
import { Lane } from './lane.js';
import { LaneOutages } from './lane-outages.js';
import type { LaneStage } from './lane-stage.js';
import type { LanesOptions } from './lanes-options.js';
import { type LanesState, stateOf } from './lanes-state.js';
import { OpenOrigins } from './open-origins.js';
import { Turns } from './turns.js';

export class Lanes {
  readonly total: number;
  readonly #options: LanesOptions;
  readonly #outages: LaneOutages;
  readonly #aside: Aside;
  readonly #lanes = new Map<string, Lane>();
  readonly #open: OpenOrigins;
  readonly #turns: Turns;
  #stage!: LaneStage;
  #waiting = 0;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.total = options.total;
    this.#open = new OpenOrigins(options.maxOrigins, (lane) => this.#close(lane));
    const fail = (error: unknown) => this.#stage.fail(toTransferError(error));
    this.#outages = new LaneOutages({
      ...{ ...options, lanes: this.#lanes, fail },
      wake: (lane) => this.#turns.wake(lane),
      onOut: (lane) => {
        this.#leave(lane);
        this.#waiting -= this.#aside.putAll(lane);
      },
      onGivenUp: (lane) => this.#giveUp(lane),
      isAllGiven: () => this.#stage.isAllGiven(),
    });
    this.#aside = new Aside(options.aside, {
      ...{ lanes: this.#lanes, window: options.window, fail },
      waiting: () => this.#waiting,
      take: (lane, delivery) => this.#enter(lane, delivery),
      taken: () => this.#turns.pump(),
      wanted: () => this.#stage.wanted(),
      onAside: (objects) => this.#stage.onAside(objects),
    });
    this.#turns = new Turns({
      ...{ total: options.total, open: this.#open, signal: options.signal },
      openPacer: (lane) => options.openPacer(this.#outages.outageOf(lane)),
      isWanted: () => this.#stage.isWanted(),
      begin: (lane) => this.#begin(lane),
      onWake: (lane) => {
        if (lane.isIdle) this.#rest(lane);
        this.#aside.bringBack(lane);
      },
    });
    options.signal.addEventListener('abort', () => this.#drain(), { once: true });
  }

  /** Must be called once, before anything else. */
  connect(stage: LaneStage): void {
    this.#stage = stage;
  }

  get state(): LanesState {
    return stateOf(this.#lanes.values(), this.max);
  }

  /** Requests at once, to all origins, as the options or the user say. */
  get max(): number {
    return this.#turns.max;
  }

  /** See {@link Turns.setMost}. */
  setMost(most: number | undefined): void {
    this.#turns.setMost(most);
  }

  /** Whether all lanes with objects wait on purpose. */
  get isPaused(): boolean {
    const { working, paused } = this.state;
    return working > 0 && working === paused;
  }

  /** See {@link LaneOutages.othersAnswer}. */
  othersAnswer(): Promise<boolean> {
    return this.#outages.othersAnswer();
  }

  /** Current values, for the snapshot. */
  gauges(): Readonly<Record<string, unknown>> {
    const { limit, inUse, known, unreachable, givenUp, throttled } = this.state;
    const hosts = { known, open: this.#open.size, unreachable, givenUp, throttled, waiting: this.#open.waiting };
    return { connections: limit, connectionsInUse: inUse, waiting: this.#waiting, setAside: this.#aside.size, hosts };
  }

  /** The health of the origin of an object; undefined while nothing is known of it. */
  healthOf(entry: ObjectEntry): OriginHealth | undefined {
    return this.#lanes.get(this.#options.originOf(entry))?.pacer?.health;
  }

  stored(entry: ObjectEntry): void {
    this.#lanes.get(this.#options.originOf(entry))?.stored(entry);
  }

  /** An object enters; `asked`: by a redirect to another lane. A promise: it is set aside, and the caller waits for that. */
  put(delivery: Delivery, asked?: ObjectEntry): Promise<void> | undefined {
    // Each attempt begins with the URL of the line: where a redirect led before may be out of date.
    delivery.asked = asked;
    if (this.#options.signal.aborted) return void this.#stage.give({ delivery, isNotTaken: true });
    const lane = this.#laneOf(this.#options.originOf(askedOf(delivery)));
    if (lane.state === 'given up') this.#outages.tryAgain(lane);
    else {
      const written = this.#aside.put(lane, delivery);
      if (written !== false) return written === true ? undefined : written;
    }
    this.#enter(lane, delivery);
    this.#turns.pump();
    return undefined;
  }

  /** The request of an object goes out. */
  sent(lane: Lane, delivery: Delivery): void {
    lane.starting--;
    lane.tried(askedOf(delivery));
  }

  /** An attempt has ended; returns what settle gets. */
  returned<Fetched extends object>(lane: Lane, result: Fetched | Result, isSent: boolean): Fetched | Result {
    lane.running--;
    if (!isSent) lane.starting--;
    if (!('error' in result)) {
      if (!isSent) return result;
      this.#outages.answered(lane);
      this.#turns.served();
      return result;
    }
    if (result.error.status !== undefined) this.#outages.answered(lane);
    return isOfHost(result.error) ? hostFailure(lane, result.delivery, result.error) : result;
  }

  /** A request of the lane has ended. */
  freed(lane: Lane): void {
    this.#turns.freed(lane);
  }

  pump(): void {
    this.#turns.pump();
  }

  /** See {@link Turns.pauseForOverload}. */
  pauseForOverload(pauseMs: number): boolean {
    return this.#turns.pauseForOverload(pauseMs);
  }

  async close(): Promise<void> {
    this.#turns.stop();
    this.#outages.stop();
    this.#options.stop();
    await this.#aside.close();
  }

  #begin(lane: Lane): void {
    const delivery = lane.shift()!;
    this.#waiting--;
    lane.starting++;
    lane.running++;
    this.#aside.bringBack(lane);
    this.#stage.start(lane, delivery);
  }

  #enter(lane: Lane, delivery: Delivery): void {
    if (lane.state === 'given up') {
      this.#stage.give(hostFailure(lane, delivery));
      return;
    }
    lane.push(delivery);
    this.#waiting++;
    this.#turns.add(lane);
  }

  #laneOf(origin: string): Lane {
    const known = this.#lanes.get(origin);
    if (known !== undefined) return known;
    const lane = new Lane(origin);
    this.#lanes.set(origin, lane);
    return lane;
  }

  /** The lane has nothing to do: another one may take its place. */
  #rest(lane: Lane): void {
    if (!this.#open.rest(lane)) this.#close(lane);
    const next = this.#open.next();
    if (next !== undefined) this.#turns.add(next);
  }

  /** The lane needs no place among the open ones. */
  #leave(lane: Lane): void {
    this.#open.leave(lane);
    const next = this.#open.next();
    if (next !== undefined) this.#turns.add(next);
  }

  #close(lane: Lane): void {
    if (lane.pacer !== undefined) this.#options.closeOrigin(lane.origin);
    lane.pacer = undefined;
    if (lane.state !== 'given up') this.#lanes.delete(lane.origin);
    else for (const other of this.#outages.surplus()) this.#lanes.delete(other.origin);
  }

  /** Its objects fail. */
  #giveUp(lane: Lane): void {
    this.#leave(lane);
    for (const delivery of lane.takeAllBut(0)) {
      this.#waiting--;
      this.#stage.give(hostFailure(lane, delivery));
    }
    this.#aside.bringBack(lane);
  }

  /** The run is to end: what has not begun counts as never taken. */
  #drain(): void {
    this.#aside.stop();
    let dropped = 0;
    for (const lane of this.#lanes.values()) {
      for (const delivery of lane.takeAllBut(0)) this.#stage.give({ delivery, isNotTaken: true });
      dropped += lane.aside;
      lane.aside = 0;
    }
    this.#waiting = 0;
    if (dropped > 0) this.#stage.onAsideDropped(dropped);
  }
}
