/** Times as the viewer reads them: in the time zone of the browser, with a clock of 24 hours as everywhere in Sluice. */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A day apart from another: 0 = the same. */
type Days = number;

/** How a time that is only about right is rounded: the further away, the coarser. */
const ROUNDING: readonly (readonly [withinMs: number, toMs: number])[] = [
  [6 * HOUR_MS, 5 * MINUTE_MS],
  [DAY_MS, 15 * MINUTE_MS],
  [Number.POSITIVE_INFINITY, HOUR_MS],
];

export class Times {
  readonly #clock: Intl.DateTimeFormat;
  readonly #clockWithSeconds: Intl.DateTimeFormat;
  readonly #weekday: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #dateOfYear: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;

  constructor(locale: string, timeZone?: string) {
    const format = (options: Intl.DateTimeFormatOptions, of = locale) =>
      new Intl.DateTimeFormat(of, { ...options, ...(timeZone === undefined ? {} : { timeZone }) });
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    this.#clock = format(clock);
    this.#clockWithSeconds = format({ ...clock, second: '2-digit' });
    this.#weekday = format({ weekday: 'long' });
    this.#date = format({ day: 'numeric', month: 'long' });
    this.#dateOfYear = format({ day: 'numeric', month: 'long', year: 'numeric' });
    this.#day = format({ year: 'numeric', month: '2-digit', day: '2-digit' }, 'en-CA');
  }

  /** `14:03`. */
  clock(atMs: number): string {
    return this.#clock.format(atMs);
  }

  /** `14:03` of today, `Thursday 14:03` within six days, else `9 December 14:03`. */
  near(atMs: number, nowMs: number): string {
    const days = Math.abs(this.#daysApart(atMs, nowMs));
    if (days === 0) return this.clock(atMs);
    return `${days < 6 ? this.#weekday.format(atMs) : this.#dateOf(atMs, nowMs)} ${this.clock(atMs)}`;
  }

  /** `14:03:12`, for points of a chart; with the day where it is not today. */
  exact(atMs: number, nowMs: number): string {
    const clock = this.#clockWithSeconds.format(atMs);
    return this.#daysApart(atMs, nowMs) === 0 ? clock : `${this.#weekday.format(atMs)} ${clock}`;
  }

  /** The day and the clock of a time that is only about right, rounded so that it does not pretend more. */
  rough(atMs: number, nowMs: number): { days: Days; weekday: string; date: string; clock: string } {
    const [, toMs] = ROUNDING.find(([withinMs]) => atMs - nowMs <= withinMs)!;
    const rounded = Math.round(atMs / toMs) * toMs;
    return {
      days: this.#daysApart(rounded, nowMs),
      weekday: this.#weekday.format(rounded),
      date: this.#dateOf(rounded, nowMs),
      clock: this.clock(rounded),
    };
  }

  #dateOf(atMs: number, nowMs: number): string {
    const isThisYear = this.#day.format(atMs).slice(0, 4) === this.#day.format(nowMs).slice(0, 4);
    return (isThisYear ? this.#date : this.#dateOfYear).format(atMs);
  }

  /** Calendar days of the viewer, not of 24 hours: tomorrow begins at midnight. */
  #daysApart(atMs: number, nowMs: number): Days {
    const dayOf = (ms: number) => Date.parse(`${this.#day.format(ms)}T00:00:00Z`) / DAY_MS;
    return Math.round(dayOf(atMs) - dayOf(nowMs));
  }
}
