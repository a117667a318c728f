/** What a run has done, over time: ten seconds each for an hour, a minute each for a day. The memory is bounded. */
import type { History, HistoryPoint } from '../picture/watch.js';

/** An hour of ten seconds each. */
const RECENT_POINTS = 360;
/** A day of minutes. */
export const DAY_POINTS = 1_440;
const MINUTE_POINTS = 6;

export class RunHistory {
  readonly #recent: HistoryPoint[] = [];
  readonly #day: HistoryPoint[];
  /** Points of the minute that is not over. */
  #minute: HistoryPoint[] = [];
  readonly #onMinute: (point: HistoryPoint) => void;

  /** `earlier`: minutes of earlier runs. `onMinute` gets each minute that is over. */
  constructor(earlier: readonly HistoryPoint[] = [], onMinute: (point: HistoryPoint) => void = () => {}) {
    this.#day = earlier.slice(-DAY_POINTS);
    this.#onMinute = onMinute;
  }

  get points(): History {
    return { recent: this.#recent, day: this.#day };
  }

  /** Ten seconds are over. `minute`: the percentiles of the last minute. */
  add(point: HistoryPoint, minute: Pick<HistoryPoint, 'p50' | 'p90' | 'p99'> | undefined): void {
    push(this.#recent, point, RECENT_POINTS);
    this.#minute.push(point);
    if (this.#minute.length === MINUTE_POINTS) this.endMinute(minute);
  }

  /** Ends a minute before its time: the run ends. */
  endMinute(percentiles: Pick<HistoryPoint, 'p50' | 'p90' | 'p99'> | undefined): void {
    if (this.#minute.length === 0) return;
    const point = { ...joined(this.#minute), ...percentiles };
    this.#minute = [];
    push(this.#day, point, DAY_POINTS);
    this.#onMinute(point);
  }

  /** Minutes of earlier runs, read after this one has begun. */
  precede(earlier: readonly HistoryPoint[]): void {
    const own = this.#day.splice(0);
    this.#day.push(...[...earlier, ...own].slice(-DAY_POINTS));
  }
}

function push(points: HistoryPoint[], point: HistoryPoint, most: number): void {
  points.push(point);
  if (points.length > most) points.shift();
}

/** All points cover the same time. */
function joined(points: readonly HistoryPoint[]): HistoryPoint {
  const mean = (of: (point: HistoryPoint) => number) =>
    Math.round((10 * points.reduce((sum, point) => sum + of(point), 0)) / points.length) / 10;
  const codes: Record<string, number> = {};
  for (const point of points)
    for (const [code, count] of Object.entries(point.codes ?? {})) codes[code] = (codes[code] ?? 0) + count;
  const { atMs, requests, requestsLimit, state } = points.at(-1)!;
  return {
    atMs,
    objectsPerSecond: mean((point) => point.objectsPerSecond),
    bytesPerSecond: mean((point) => point.bytesPerSecond),
    requests,
    ...(requestsLimit !== undefined && { requestsLimit }),
    ...(Object.keys(codes).length > 0 && { codes }),
    ...(state !== undefined && { state }),
  };
}
