/** What the charts show: the points that Sluice has noted, and those that the page has seen since. */
import type { History, HistoryPoint } from '../../../events/picture/watch.js';
import type { Payload } from '../../payload.js';

export type Range = 'hour' | 'day';

const STEP_MS: Readonly<Record<Range, number>> = { hour: 10_000, day: 60_000 };
export const RANGE_MS: Readonly<Record<Range, number>> = { hour: 3_600_000, day: 86_400_000 };

/** A point, and how long a time it covers. */
export interface ChartPoint extends HistoryPoint {
  readonly seconds: number;
}

const covering = (range: Range) => (point: HistoryPoint) => ({ ...point, seconds: STEP_MS[range] / 1000 });

export class HistoryStore {
  #recent: ChartPoint[] = [];
  #day: ChartPoint[] = [];
  /** The picture at the last point: retries are counted from there. */
  #base: Payload | undefined;
  #tip: ChartPoint | undefined;

  replace({ recent, day }: History): void {
    this.#recent = recent.map(covering('hour'));
    this.#day = day.map(covering('day'));
    this.#base = undefined;
    this.#tip = undefined;
  }

  /** Each second. Every ten of them make a point, every minute one of the day. */
  add(picture: Payload): void {
    if (picture.phase === 'ended') return;
    this.#base ??= picture;
    // At least a second: a page that was just opened has seen nothing yet.
    const seconds = Math.max(1, (picture.atMs - this.#base.atMs) / 1000);
    const tip = { ...pointOf(picture, this.#base), seconds };
    const lastMs = this.#recent.at(-1)?.atMs ?? this.#base.atMs;
    if (picture.atMs - Math.max(lastMs, this.#base.atMs) < STEP_MS.hour) {
      this.#tip = tip;
      return;
    }
    this.#tip = undefined;
    this.#base = picture;
    this.#recent.push(tip);
    trim(this.#recent, picture.atMs - RANGE_MS.hour);
    this.#addMinute(picture.atMs);
  }

  /** Oldest first; the last one is of this moment. What an hour has no points of, such as an earlier run, are its minutes. */
  points(range: Range): readonly ChartPoint[] {
    const points = range === 'hour' ? [...this.#minutesBefore(), ...this.#recent] : this.#day;
    return this.#tip === undefined ? points : [...points, this.#tip];
  }

  #minutesBefore(): ChartPoint[] {
    const lastMs = (this.#tip ?? this.#recent.at(-1) ?? this.#day.at(-1))?.atMs ?? 0;
    const firstMs = this.#recent[0]?.atMs ?? Number.POSITIVE_INFINITY;
    return this.#day.filter(({ atMs }) => atMs > lastMs - RANGE_MS.hour && atMs < firstMs);
  }

  #addMinute(nowMs: number): void {
    const lastMs = this.#day.at(-1)?.atMs ?? this.#recent[0]!.atMs - STEP_MS.hour;
    if (nowMs - lastMs < STEP_MS.day) return;
    const minute = this.#recent.filter(({ atMs }) => atMs > lastMs && atMs > nowMs - STEP_MS.day);
    if (minute.length === 0) return;
    this.#day.push(covering('day')(averageOf(minute)));
    trim(this.#day, nowMs - RANGE_MS.day);
  }
}

function pointOf({ atMs, progress, requests, health }: Payload, base: Payload): HistoryPoint {
  const codes = difference(requests.retriesByCode, base.requests.retriesByCode);
  return {
    atMs,
    objectsPerSecond: progress.objectsPerSecond,
    bytesPerSecond: progress.bytesPerSecond,
    requests: requests.objects,
    requestsLimit: requests.objectsLimit,
    ...requests.latencyMs,
    ...(Object.keys(codes).length === 0 ? {} : { codes }),
    ...(health.state === 'healthy' ? {} : { state: health.state }),
  };
}

function difference(now: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  const grown = Object.entries(now).map(([code, count]) => [code, count - (before[code] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}

/** Rates as their mean, counts as their sum, and the rest as it is at the end. */
function averageOf(points: readonly ChartPoint[]): HistoryPoint {
  const last = points.at(-1)!;
  const mean = (of: (point: HistoryPoint) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const codes: Record<string, number> = {};
  for (const point of points)
    for (const [code, count] of Object.entries(point.codes ?? {})) codes[code] = (codes[code] ?? 0) + count;
  const { codes: _codes, ...rest } = last;
  return {
    ...rest,
    objectsPerSecond: mean((point) => point.objectsPerSecond),
    bytesPerSecond: mean((point) => point.bytesPerSecond),
    ...(Object.keys(codes).length === 0 ? {} : { codes }),
  };
}

function trim(points: HistoryPoint[], sinceMs: number): void {
  const kept = points.findIndex(({ atMs }) => atMs >= sinceMs);
  points.splice(0, kept === -1 ? points.length : kept);
}
