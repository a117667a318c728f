/** What a program asks of a job: also before its run has begun, and after its end. */
import { ConfigError } from '../../errors.js';
import type { Picture } from '../../events/picture/picture.js';
import type { LimitsChange, Watch } from '../../events/picture/watch.js';
import { limitsProblems } from '../run/watch/limits-problems.js';

/** For the log, where a program does not say who asks. */
const PROGRAM = 'the program';

export class Remote {
  #watch: Watch | undefined;
  /** Asked for before the run has begun. */
  #asked: ((watch: Watch) => void)[] = [];

  /** The run has begun. */
  readonly attach = (watch: Watch): void => {
    this.#watch = watch;
    for (const ask of this.#asked.splice(0)) ask(watch);
  };

  pause(by = PROGRAM): void {
    this.#ask(({ controls }) => controls?.pause(by));
  }

  resume(by = PROGRAM): void {
    this.#ask(({ controls }) => controls?.resume(by));
  }

  setLimits(limits: LimitsChange, by = PROGRAM): void {
    const problems = limitsProblems(limits);
    if (problems.length > 0) throw new ConfigError(problems);
    const copy = { ...limits };
    this.#ask(({ controls }) => controls?.setLimits(copy, by));
  }

  picture(): Picture | undefined {
    return this.#watch?.picture();
  }

  #ask(ask: (watch: Watch) => void): void {
    if (this.#watch === undefined) this.#asked.push(ask);
    else ask(this.#watch);
  }
}
