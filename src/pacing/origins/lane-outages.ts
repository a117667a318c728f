/**
 * What happens to an origin of many that does not answer. It is out once a probe has confirmed that: its objects wait, and
 * probes go on. When it has been out for too long it is given up: its objects fail, so that the run can end. But first
 * another origin must answer: when none does, the network of this machine is the reason, and the run waits.
 */
import { type TransferError, toTransferError } from '../../errors.js';
import type { ObjectEntry } from '../../model/entry.js';
import { ALWAYS_OPEN, type Gate } from '../limits/gate.js';
import type { PacerOptions } from '../pacer-options.js';
import type { Place } from '../slots.js';
import type { Lane } from './lane.js';

/** An origin that has never answered is given up after this time, if not before. */
const FIRST_CONTACT_MS = 30_000;
/** An answer of this age proves that the network of this machine works. */
const RECENT_MS = 5_000;
/** Origins to ask for that proof. */
const WITNESSES = 4;
/** While more origins are out, each is given up after its next probe. */
const MAX_OUT = 1_024;
/** Origins that are given up and remembered. A forgotten one is tried again like a new one. */
const MAX_GIVEN_UP = 4_096;
/** An origin that is given up is tried again after this time, if there are more objects of it. */
const AGAIN_MS = 30_000;

export interface OriginReports {
  onDown(origin: string, sinceMs: number, error: TransferError): void;
  onUp(origin: string, downMs: number): void;
  onGivenUp(origin: string, sinceMs: number, error: TransferError): void;
}

export interface OutageParts {
  lanes: ReadonlyMap<string, Lane>;
  /** How long an origin may be out; Infinity: for ever. */
  waitMs: number;
  /** Requests the object; any answer will do. Rejects where there was none. */
  probe: (entry: ObjectEntry) => Promise<unknown>;
  reports: OriginReports;
  /** No origin has ever answered: the error that ends the run. */
  noContact: (error: TransferError) => TransferError;
  wake: (lane: Lane) => void;
  onOut: (lane: Lane) => void;
  onGivenUp: (lane: Lane) => void;
  /** Whether no further object can come: see `LaneStage`. */
  isAllGiven: () => boolean;
  fail: (error: TransferError) => void;
  /** While the user pauses the run no probe goes out. @default always open */
  gate?: Pick<Gate, 'isOpen' | 'opened'> | undefined;
  /** Monotonic clock. */
  nowMs?: (() => number) | undefined;
}

export class LaneOutages {
  readonly #parts: OutageParts;
  readonly #nowMs: () => number;
  /** Origin that has answered → an object to ask it for. Any answer counts: 304 and 404 prove as much as a body. */
  readonly #witnesses = new Map<string, ObjectEntry>();
  readonly #out = new Set<Lane>();
  readonly #givenUp = new Set<Lane>();
  #hasAnswered = false;
  #isStopped = false;

  constructor(parts: OutageParts) {
    this.#parts = parts;
    this.#nowMs = parts.nowMs ?? (() => performance.now());
  }

  /** For the pacer of a lane. */
  outageOf(lane: Lane): PacerOptions['outage'] {
    const { waitMs } = this.#parts;
    return {
      probe: () => this.#probe(lane),
      canProbe: () => lane.sample !== undefined,
      onDown: (sinceMs, error) => this.#down(lane, sinceMs, error),
      onUp: (downMs) => this.#up(lane, downMs),
      givingUp: {
        longestMs: (hasAnswered) => {
          if (this.#out.size > MAX_OUT) return 0;
          return hasAnswered || waitMs === Number.POSITIVE_INFINITY ? waitMs : Math.min(waitMs, FIRST_CONTACT_MS);
        },
        isRight: (error) => this.#isRight(lane, error),
        onGivenUp: (_sinceMs, error) => this.#giveUp(lane, error),
      },
    };
  }

  /** The origin has answered, with anything. */
  answered(lane: Lane): void {
    this.#hasAnswered = true;
    lane.answeredMs = this.#nowMs();
    if (lane.state === 'new') lane.state = 'up';
    if (this.#witnesses.has(lane.origin) || lane.sample === undefined) return;
    if (this.#witnesses.size >= WITNESSES) this.#witnesses.delete(this.#witnesses.keys().next().value!);
    this.#witnesses.set(lane.origin, lane.sample);
  }

  /** Origins that are given up and need not be remembered any more. */
  *surplus(): Generator<Lane, void, void> {
    for (const lane of this.#givenUp) {
      if (this.#givenUp.size <= MAX_GIVEN_UP) return;
      if (lane.hasWork) continue;
      this.#givenUp.delete(lane);
      yield lane;
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** There are more objects of an origin that is given up. */
  tryAgain(lane: Lane): void {
    const nowMs = this.#nowMs();
    if (nowMs - lane.triedMs < AGAIN_MS) return;
    lane.triedMs = nowMs;
    void this.#hasReply(lane.sample!).then((isUp) => {
      if (!isUp || lane.state !== 'given up' || this.#isStopped) return;
      this.#up(lane, Date.now() - lane.sinceMs);
    });
  }

  #down(lane: Lane, sinceMs: number, error: TransferError): void {
    lane.state = 'out';
    lane.sinceMs = sinceMs;
    lane.error = error;
    this.#out.add(lane);
    this.#parts.reports.onDown(lane.origin, sinceMs, error);
    this.#parts.onOut(lane);
  }

  #up(lane: Lane, downMs: number): void {
    this.#out.delete(lane);
    this.#givenUp.delete(lane);
    lane.state = 'up';
    lane.error = undefined;
    this.answered(lane);
    this.#parts.reports.onUp(lane.origin, downMs);
    this.#parts.wake(lane);
  }

  #giveUp(lane: Lane, error: TransferError): void {
    this.#out.delete(lane);
    lane.state = 'given up';
    lane.error = error;
    lane.triedMs = this.#nowMs();
    this.#givenUp.add(lane);
    this.#parts.reports.onGivenUp(lane.origin, lane.sinceMs, error);
    this.#parts.onGivenUp(lane);
  }

  /** The probe takes a connection like any other request, so that the limit of the origin holds. */
  async #probe(lane: Lane): Promise<void> {
    const { slots } = lane.pacer!;
    const place: Place = { connection: 'none' };
    await slots.takeConnection(place);
    try {
      await this.#parts.probe(lane.sample!);
      this.answered(lane);
    } finally {
      slots.releaseConnection(place);
    }
  }

  /** Whether the origin is the reason, and not the network of this machine. */
  async #isRight(lane: Lane, error: TransferError): Promise<boolean> {
    if (this.#isStopped) return false;
    const nowMs = this.#nowMs();
    for (const other of this.#parts.lanes.values())
      if (other !== lane && nowMs - other.answeredMs < RECENT_MS) return true;
    if (await this.othersAnswer(lane)) return true;
    if (!this.#hasAnswered && this.#parts.isAllGiven() && this.#areAllOut())
      this.#parts.fail(this.#parts.noContact(error));
    return false;
  }

  /** Whether one that has answered before, and is not out, does so now. Asks them in turn. */
  async othersAnswer(besides?: Lane): Promise<boolean> {
    for (const [origin, entry] of this.#witnesses) {
      if (origin === besides?.origin || this.#parts.lanes.get(origin)?.error !== undefined) continue;
      if (await this.#hasReply(entry)) return true;
    }
    return false;
  }

  #areAllOut(): boolean {
    for (const { state, hasWork } of this.#parts.lanes.values()) if (hasWork && state !== 'out') return false;
    return true;
  }

  async #hasReply(entry: ObjectEntry): Promise<boolean> {
    const { probe, gate = ALWAYS_OPEN } = this.#parts;
    try {
      if (!gate.isOpen) await gate.opened();
      if (this.#isStopped) return false;
      await probe(entry);
      return true;
    } catch (thrown) {
      return toTransferError(thrown).status !== undefined;
    }
  }
}
