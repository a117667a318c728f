/**
 * Finds how many requests at once are useful, from the throughput alone: more, as long as more requests bring more.
 *
 * The goal is the maximum of the generalised power T^a / L (throughput over latency; L. Kleinrock, "Power and
 * deterministic rules of thumb for probabilistic problems in computer communications", ICC 1979). With N requests at
 * once L = N / T (Little). So the power falls as soon as doubling N raises T by less than {@link LEAST_GAIN} of a
 * doubling: the rest goes into latency. Latency from a slow line, without a queue, does not count.
 *
 * Trials find out whether the optimum is above or below: a little more and a little less, twice each, in changing
 * order. A result counts only when both pairs agree (M. Dong et al., "PCC: Re-architecting congestion control for
 * consistent high performance", NSDI 2015). Rules that use latency, such as TCP Vegas, need the lowest latency. It
 * changes with the sizes of the objects, and a busy processor looks like a queue. This rule needs no latency. At the
 * start the level doubles as long as that pays, as in TCP. Trials become rare when they change nothing.
 */
import { type Progress, Round } from './round.js';

/** Share of a doubling of throughput that a doubling of requests must bring: 3.5 % more throughput. */
const LEAST_GAIN = 0.05;
/** A trial compares two levels: the centre times this, and the centre divided by this. */
const TRIAL_RATIO = 1.22;
/** When more requests bring nearly as much more throughput, small steps waste time. */
const STEEP_GAIN = 0.7;
/** During the ramp: the throughput growth that allows another doubling. */
const RAMP_GROWTH = 1.15;
/** The ramp ends after this many smaller gains in a row, since throughput is never quite steady. */
const RAMP_MISSES = 2;
/** The least length of a round in the ramp and in a trial, in milliseconds and in turns of requests. */
const RAMP_ROUND = { leastMs: 50, turns: 1 };
const TRIAL_ROUND = { leastMs: 500, turns: 2 };
/** Growth per second in which nothing moves: from 4 to 40 in ten seconds. */
const SILENCE_GROWTH = 1.25;
/** A round survives a pause of this length: requests in flight at its start bridge it. */
const SHORT_PAUSE_MS = 250;
/** Rests between trials double, up to this many rounds, as long as trials change nothing. */
const LONGEST_REST = 64;
const FIRST_REST = 4;
/** A throughput that differs by this much, two rounds in a row, ends a rest. */
const SURPRISE = 0.25;
/** When more than this share of a round fails, there are too many requests. */
const OVERLOAD_SHARE = 0.5;
const OVERLOAD_ERRORS = 8;

export interface HillClimbingOptions {
  /** The first level. */
  start: number;
  /** The highest level. */
  max: number;
  /** Monotonic clock. */
  nowMs: () => number;
}

type Phase =
  | { readonly name: 'ramp'; before: number; misses: number }
  | { readonly name: 'trial'; readonly levels: readonly number[]; readonly gains: number[] }
  | { readonly name: 'rest'; rounds: number; surprises: number };

export class HillClimbing {
  readonly #nowMs: () => number;
  /** The highest level now. */
  #cap: number;
  /** The best level so far, without the cap. */
  #centre: number;
  #level: number;
  #phase: Phase = { name: 'ramp', before: 0, misses: 0 };
  #rest = FIRST_REST;
  #lastDirection = 0;
  #trials = 0;
  /** Throughput in the last round at the centre. */
  #expected = 0;
  readonly #round: Round;

  constructor({ start, max, nowMs }: HillClimbingOptions) {
    this.#cap = max;
    this.#nowMs = nowMs;
    this.#centre = Math.min(start, max);
    this.#level = Math.round(this.#centre);
    this.#round = new Round(nowMs());
  }

  /** How many requests should be in flight now. */
  get level(): number {
    return this.#level;
  }

  /** A request ended, or bytes arrived. Returns whether the level changed. */
  moved(progress: Progress): boolean {
    const nowMs = this.#nowMs();
    this.#round.add(progress, nowMs);
    const { leastMs, turns } = this.#phase.name === 'ramp' ? RAMP_ROUND : TRIAL_ROUND;
    if (!this.#round.isOver(nowMs, leastMs, turns * this.#level)) return false;
    const before = this.#level;
    this.#decide(nowMs);
    return this.#level !== before;
  }

  /** No connection receives anything: raises the level a little. Returns whether the level changed. */
  silent(): boolean {
    const before = this.#level;
    const more = Math.min(this.#cap, Math.max(before + 1, Math.round(before * SILENCE_GROWTH)));
    // The server may be slow and still accept many requests, so the ramp continues.
    if (this.#phase.name === 'ramp') this.#begin(more);
    else this.#settle(more);
    return this.#level !== before;
  }

  /**
   * No request could go out for this time (a pause, an outage). A short pause is left out; a long one restarts the
   * round.
   */
  interrupted(forMs: number): void {
    if (forMs < SHORT_PAUSE_MS) this.#round.skip(forMs);
    else this.#begin(this.#level);
  }

  /** Sets the highest level. Returns whether the level changed. */
  cap(cap: number): boolean {
    if (cap === this.#cap) return false;
    const before = this.#level;
    const isLess = cap < this.#cap;
    const isResting = this.#phase.name === 'rest';
    const wanted = isResting ? this.#centre : Math.max(this.#centre, before);
    this.#cap = cap;
    const highest = this.#phase.name === 'trial' ? Math.max(...this.#phase.levels) : before;
    if (isLess ? highest > cap : isResting && wanted > before) this.#settle(wanted);
    return this.#level !== before;
  }

  #decide(nowMs: number): void {
    const { isFull, failed, failedShare } = this.#round;
    if (failedShare > OVERLOAD_SHARE && failed >= OVERLOAD_ERRORS) {
      this.#settle(Math.max(1, this.#level / 2));
      return;
    }
    // The stage did not need the whole level, so the round proves nothing, and a trial makes no sense.
    if (!isFull) {
      if (this.#phase.name === 'trial') this.#settle(this.#centre);
      else this.#begin(this.#level);
      return;
    }
    const throughput = this.#round.throughput(nowMs);
    if (this.#phase.name === 'ramp') this.#ramp(this.#phase, throughput);
    else if (this.#phase.name === 'trial') this.#try(this.#phase, throughput);
    else this.#watch(this.#phase, throughput);
  }

  #ramp(phase: Extract<Phase, { name: 'ramp' }>, throughput: number): void {
    if (throughput < phase.before * RAMP_GROWTH) {
      phase.misses++;
      if (phase.misses < RAMP_MISSES) this.#begin(this.#level);
      else this.#settle(this.#level / 2, throughput);
      return;
    }
    phase.misses = 0;
    phase.before = throughput;
    if (this.#level >= this.#cap) this.#settle(this.#cap, throughput);
    else this.#begin(Math.min(this.#cap, this.#level * 2));
  }

  #try(phase: Extract<Phase, { name: 'trial' }>, throughput: number): void {
    phase.gains.push(Math.log(throughput));
    if (phase.gains.length < phase.levels.length) {
      this.#begin(phase.levels[phase.gains.length]!);
      return;
    }
    const pairs = [0, 2].map((first) => {
      const more = Math.log(phase.levels[first]! / phase.levels[first + 1]!);
      return (phase.gains[first]! - phase.gains[first + 1]!) / more;
    });
    const mean = (pairs[0]! + pairs[1]!) / 2;
    this.#expected = Math.exp(phase.gains.reduce((sum, gain) => sum + gain, 0) / phase.gains.length);
    if (pairs.every((gain) => gain > STEEP_GAIN) && Math.max(...phase.levels) < this.#cap) {
      this.#centre = Math.max(...phase.levels);
      this.#rest = FIRST_REST;
      this.#lastDirection = 1;
      this.#phase = { name: 'ramp', before: this.#expected, misses: 0 };
      this.#begin(Math.min(this.#cap, Math.round(this.#centre * 2)));
      return;
    }
    let direction = 0;
    if (pairs.every((gain) => gain > LEAST_GAIN)) direction = 1;
    else if (pairs.every((gain) => gain <= LEAST_GAIN)) direction = -1;
    const step = direction > 0 ? Math.exp((mean - LEAST_GAIN) / 2) : direction < 0 ? 1 / TRIAL_RATIO : 1;
    const here = Math.min(this.#cap, this.#centre);
    const centre = Math.min(this.#cap, Math.max(1, here * Math.min(step, 2)));
    const isOnTheWay = direction === this.#lastDirection && Math.round(centre) !== Math.round(here);
    if (direction !== 0) this.#lastDirection = direction;
    this.#rest = isOnTheWay ? FIRST_REST : Math.min(LONGEST_REST, this.#rest * 2);
    if (isOnTheWay) this.#startTrial(centre);
    else this.#settle(centre);
  }

  #watch(phase: Extract<Phase, { name: 'rest' }>, throughput: number): void {
    phase.rounds--;
    if (this.#expected === 0) this.#expected = throughput;
    const isSurprise = Math.abs(Math.log(throughput / this.#expected)) > SURPRISE;
    phase.surprises = isSurprise ? phase.surprises + 1 : 0;
    if (!isSurprise) this.#expected += (throughput - this.#expected) / 4;
    if (phase.surprises >= 2) {
      this.#rest = FIRST_REST;
      this.#startTrial(this.#centre);
    } else if (phase.rounds <= 0) this.#startTrial(this.#centre);
    else this.#begin(this.#level);
  }

  #startTrial(wanted: number): void {
    const centre = Math.min(this.#cap, wanted);
    this.#centre = centre;
    const more = Math.min(this.#cap, Math.max(Math.round(centre) + 1, Math.round(centre * TRIAL_RATIO)));
    const less = Math.max(1, Math.min(Math.round(centre) - 1, Math.round(centre / TRIAL_RATIO)));
    if (more === less) {
      this.#settle(centre);
      return;
    }
    const isUpFirst = this.#trials++ % 2 === 0;
    this.#phase = { name: 'trial', levels: isUpFirst ? [more, less, more, less] : [less, more, less, more], gains: [] };
    this.#begin(this.#phase.levels[0]!);
  }

  #settle(centre: number, expected = 0): void {
    this.#centre = Math.max(1, centre);
    this.#expected = expected;
    this.#phase = { name: 'rest', rounds: this.#rest, surprises: 0 };
    this.#begin(Math.min(this.#cap, Math.round(this.#centre)));
  }

  #begin(level: number): void {
    this.#round.begin(this.#nowMs(), level !== this.#level);
    this.#level = level;
  }
}
