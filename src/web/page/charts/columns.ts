/** The points of the history as columns of numbers, as a chart takes them. */
import type { HistoryPoint } from '../../../events/picture/watch.js';
import { type ChartPoint, RANGE_MS, type Range } from '../data/history-store.js';

export type Column = readonly (number | null)[];

export interface Columns {
  /** In seconds. */
  readonly times: readonly number[];
  /** A column for each series. */
  readonly values: readonly Column[];
}

/** What one series shows of a point. Undefined = not known then. */
export type Reading = (point: ChartPoint) => number | undefined;

/** So long without a point there was no run, and the line breaks. A minute may be late on a busy machine. */
const GAP_MS = 150_000;
/** A young job is not drawn as a thin line at the edge of an hour. */
const LEAST_MS = 5 * 60_000;

export function columnsOf(points: readonly ChartPoint[], readings: readonly Reading[]): Columns {
  const times: number[] = [];
  const values: (number | null)[][] = readings.map(() => []);
  let lastMs: number | undefined;
  for (const point of points) {
    if (lastMs !== undefined && point.atMs - lastMs > GAP_MS) {
      times.push(lastMs / 1000 + 1);
      for (const column of values) column.push(null);
    }
    lastMs = point.atMs;
    times.push(point.atMs / 1000);
    for (const [index, reading] of readings.entries()) values[index]!.push(reading(point) ?? null);
  }
  return { times, values };
}

/** From when to when a chart goes, in seconds. */
export function spanOf(points: readonly HistoryPoint[], range: Range, nowMs: number): [number, number] {
  const firstMs = points[0]?.atMs ?? nowMs;
  const fromMs = Math.max(nowMs - RANGE_MS[range], Math.min(firstMs, nowMs - LEAST_MS));
  return [fromMs / 1000, nowMs / 1000];
}

/** Each column with those after it added: the first one is drawn first, and the others over it. */
export function stacked(values: readonly Column[]): Column[] {
  const result: Column[] = [];
  for (const column of [...values].reverse()) {
    const above = result[0];
    result.unshift(column.map((value, index) => (value === null ? null : value + (above?.[index] ?? 0))));
  }
  return result;
}

/** The codes that come up most, and whether there are others. */
export function mostFrequent(points: readonly HistoryPoint[], most: number): { codes: string[]; hasOthers: boolean } {
  const counts = countsOf(points);
  const codes = [...counts].sort(([one, count], [other, others]) => others - count || (one < other ? -1 : 1));
  return { codes: codes.slice(0, most).map(([code]) => code), hasOthers: codes.length > most };
}

export function countsOf(points: readonly HistoryPoint[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { codes = {} } of points)
    for (const [code, count] of Object.entries(codes)) counts.set(code, (counts.get(code) ?? 0) + count);
  return counts;
}
