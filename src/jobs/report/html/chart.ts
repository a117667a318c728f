/** A chart of a rate over time, as SVG in the page. */
import { localTime } from '../../../lib/text/local-time.js';
import { say } from '../../../texts/say.js';
import type { Rate, RatePoint } from '../report.js';
import { esc, type Html } from './text.js';

const WIDTH = 720;
const HEIGHT = 120;
const TOP = 6;

export interface Measure {
  readonly title: string;
  readonly of: (point: RatePoint) => number;
  readonly text: (perSecond: number) => string;
  /** Of the line. */
  readonly kind: string;
}

export function chart({ points, gapMs, from }: Rate, { title, of, text, kind }: Measure): Html {
  const [first, last] = [points[0]!.atMs, points.at(-1)!.atMs];
  const most = points.reduce((top, point) => Math.max(top, of(point)), 0);
  const x = ({ atMs }: RatePoint) => (((atMs - first) / Math.max(1, last - first)) * WIDTH).toFixed(1);
  const y = (point: RatePoint) => (HEIGHT - (of(point) / Math.max(most, Number.MIN_VALUE)) * (HEIGHT - TOP)).toFixed(1);
  const lines = (from === 'runs' ? pairs(points) : joined(points, gapMs)).map(
    (line) => `<polyline class="${kind}" points="${line.map((point) => `${x(point)},${y(point)}`).join(' ')}"/>`,
  );
  const name = say.jobs.report.rate.chart(title, localTime(first), localTime(last), text(most));
  return [
    `<figure><figcaption>${esc(title)}: ${esc(say.jobs.report.rate.most(text(most)))}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 1}" role="img" preserveAspectRatio="none"><title>${esc(name)}</title>`,
    `<line class="axis" x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/>${lines.join('')}</svg>`,
    `<div class="ends"><span>${esc(localTime(first))}</span><span>${esc(localTime(last))}</span></div></figure>`,
  ].join('');
}

/** Each run has its beginning and its end. */
function pairs(points: readonly RatePoint[]): RatePoint[][] {
  const runs: RatePoint[][] = [];
  for (let at = 0; at + 1 < points.length; at += 2) runs.push([points[at]!, points[at + 1]!]);
  return runs;
}

/** No line runs over a time without a run. */
function joined(points: readonly RatePoint[], gapMs: number): RatePoint[][] {
  const lines: RatePoint[][] = [];
  let before: RatePoint | undefined;
  for (const point of points) {
    if (before === undefined || point.atMs - before.atMs > gapMs) lines.push([]);
    lines.at(-1)!.push(point);
    before = point;
  }
  // A line of one point would not be seen.
  return lines.map((line) => (line.length === 1 ? [line[0]!, line[0]!] : line));
}
