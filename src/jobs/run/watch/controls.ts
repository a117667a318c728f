/** What a user can do with a run while it works: pause it, let it go on, change its limits. The log says who asked. */
import { ConfigError } from '../../../errors.js';
import type { EventBus } from '../../../events/bus.js';
import type { LimitsPicture } from '../../../events/picture/picture.js';
import type { Controls, LimitsChange } from '../../../events/picture/watch.js';
import { rateAt } from '../../../pacing/limits/timetable.js';
import { say } from '../../../texts/say.js';
import type { Config } from '../../run-options.js';
import type { RunHealth } from '../health/run-health.js';
import { limitsProblems } from './limits-problems.js';

/** A name in a message. */
const NAME_CHARS = 80;

export interface ControlsOptions {
  config: Pick<Config, 'command' | 'limits' | 'connections'>;
  events: Pick<EventBus, 'notice'>;
  health: RunHealth;
}

export class RunControls implements Controls {
  readonly #options: ControlsOptions;
  /** What the user wants, until the parts exist that do it. */
  #isPauseWanted = false;
  #wanted: LimitsChange = {};

  constructor(options: ControlsOptions) {
    this.#options = options;
    options.health.onParts(() => this.#apply());
  }

  get isPaused(): boolean {
    const { limits } = this.#options.health.parts;
    return limits === undefined ? this.#isPauseWanted : !limits.gate.isOpen;
  }

  /** The limits that the user has set, by the options or since. */
  get limits(): LimitsPicture {
    const { config, health } = this.#options;
    const { limits } = health.parts;
    const timetable = config.limits.bytesPerSecond;
    const known: { [Name in keyof LimitsPicture]?: number | null | undefined } = limits
      ? {
          bytesPerSecond: limits.bytes.wished,
          objectsPerSecond: limits.objects.wished,
          listsPerSecond: limits.lists.wished,
        }
      : { ...config.limits, bytesPerSecond: timetable && rateAt(timetable, new Date()), ...this.#wanted };
    const of = (name: keyof LimitsPicture) => (typeof known[name] === 'number' ? { [name]: known[name] } : {});
    const concurrency = this.#target?.max ?? this.#wanted.concurrency ?? this.#options.config.connections.objects.max;
    return { ...of('bytesPerSecond'), ...of('objectsPerSecond'), ...of('listsPerSecond'), concurrency };
  }

  pause(by: string): void {
    const { events, health } = this.#options;
    if (this.isPaused) return;
    this.#isPauseWanted = true;
    this.#apply();
    if (!this.isPaused) return;
    health.look();
    events.notice('paused', say.jobs.controls.paused(nameOf(by)));
  }

  resume(by: string): void {
    const { events, health } = this.#options;
    if (!this.isPaused) return;
    this.#isPauseWanted = false;
    health.parts.limits?.gate.open();
    health.look();
    events.notice('resumed', say.jobs.controls.resumed(nameOf(by)));
  }

  /** Throws a ConfigError that names every problem; then nothing has changed. */
  setLimits(change: LimitsChange, by: string): void {
    const problems = limitsProblems(change);
    if (problems.length > 0) throw new ConfigError(problems);
    const named = Object.entries(change).filter(([, value]) => value !== undefined);
    if (named.length === 0) return;
    const { events, health } = this.#options;
    this.#wanted = { ...this.#wanted, ...change };
    this.#apply();
    health.look();
    const { concurrency } = this.limits;
    const values = { ...change, ...(change.concurrency !== undefined && { concurrency: concurrency! }) };
    const isLess = typeof change.concurrency === 'number' && concurrency! < change.concurrency;
    events.notice('limits-changed', say.jobs.controls.changed(nameOf(by), { ...values, isLess }));
  }

  /** What `concurrency` is about: requests for objects, or of a run that only lists its listings. */
  get #target(): { setMost(most: number | undefined): void; readonly max: number } | undefined {
    const { pacers, lanes } = this.#options.health.parts;
    if (this.#options.config.command === 'list') return pacers?.lists.slots.concurrency;
    return lanes ?? pacers?.objects.slots.concurrency;
  }

  #apply(): void {
    const { limits } = this.#options.health.parts;
    const target = this.#target;
    const { concurrency, ...rates } = this.#wanted;
    if (limits !== undefined) {
      if (this.#isPauseWanted) limits.gate.close();
      this.#isPauseWanted = false;
      limits.change(rates);
    }
    if (target !== undefined && concurrency !== undefined) target.setMost(concurrency ?? undefined);
    const isLeft = concurrency !== undefined && target === undefined;
    this.#wanted = { ...(limits === undefined && rates), ...(isLeft && { concurrency }) };
  }
}

function nameOf(by: string): string {
  return by.slice(0, NAME_CHARS);
}
