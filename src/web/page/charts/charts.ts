/** The charts over time: an hour or a day of what Sluice has noted, and what happens now. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { ChartPoint, HistoryStore, Range } from '../data/history-store.js';
import { h, section } from '../parts/dom.js';
import type { Words } from '../words/words.js';
import { Chart, type ChartData } from './chart.js';
import { type Columns, columnsOf, countsOf, mostFrequent, type Reading, spanOf } from './columns.js';
import type { PlotSeries } from './plot.js';

/** More of them cannot be told apart by colour. */
const MOST_CODES = 5;
const OTHERS_COLOUR = '--code6';

interface Lines {
  readonly chart: Chart;
  readonly title: string;
  readonly series: readonly PlotSeries[];
  readonly readings: readonly Reading[];
  readonly format: (value: number) => string;
}

export class Charts {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #store: HistoryStore;
  readonly #lines: readonly Lines[];
  readonly #codes: Chart;
  readonly #onRange: (range: Range) => void;
  #range: Range;
  #atMs = 0;
  #isEnded = false;
  /** A code keeps its colour, however often it comes in another range. */
  readonly #colours = new Map<string, number>();

  constructor(words: Words, store: HistoryStore, range: Range, onRange: (range: Range) => void) {
    this.#words = words;
    this.#store = store;
    this.#range = range;
    this.#onRange = onRange;
    const { charts } = words.page;
    this.#lines = linesOf(words);
    for (const { chart, series } of this.#lines) chart.setSeries(series);
    this.#codes = new Chart({
      name: 'codes',
      title: charts.codes,
      unit: charts.perMinute,
      least: 5,
      words,
      format: rateText,
    });
    const all = h('div', { class: 'charts' }, ...this.#lines.map(({ chart }) => chart.element), this.#codes.element);
    this.element = section('charts', charts.title, this.#rangeSwitch(), all);
  }

  /** `isEnded`: the charts end where the run did. */
  update(atMs: number, isEnded: boolean): void {
    const points = this.#store.points(this.#range);
    const nowMs = isEnded ? (points.at(-1)?.atMs ?? atMs) : atMs;
    this.#atMs = atMs;
    this.#isEnded = isEnded;
    const drawn = { span: spanOf(points, this.#range, nowMs), nowMs: atMs, isLive: !isEnded };
    const { charts } = this.#words.page;
    for (const { chart, title, readings, format } of this.#lines) {
      const columns = columnsOf(points, readings);
      const known = columns.values[0]!.filter((value) => value !== null);
      const most = known.length === 0 ? this.#words.page.noData : format(Math.max(...known));
      const now = known.length === 0 ? this.#words.page.noData : format(known.at(-1)!);
      const description = (isEnded ? charts.describedEnd : charts.described)(title, now, most);
      chart.update({ ...columns, ...drawn, description }, charts.noData);
    }
    this.#updateCodes(points, drawn);
  }

  redraw(): void {
    for (const { chart } of this.#lines) chart.redraw();
    this.#codes.redraw();
  }

  destroy(): void {
    for (const { chart } of this.#lines) chart.destroy();
    this.#codes.destroy();
  }

  #updateCodes(points: readonly ChartPoint[], drawn: Omit<ChartData, keyof Columns | 'description'>): void {
    const { charts } = this.#words.page;
    const { codes, hasOthers } = mostFrequent(points, MOST_CODES);
    const named = codes.map((code): PlotSeries => ({ label: code, colour: this.#colourOf(code), look: 'bars' }));
    const others: PlotSeries[] = hasOthers ? [{ label: charts.others, colour: OTHERS_COLOUR, look: 'bars' }] : [];
    this.#codes.setSeries([...named, ...others]);
    const readings = codes.map(
      (code): Reading =>
        (point) =>
          ((point.codes?.[code] ?? 0) * 60) / point.seconds,
    );
    const rest: Reading = ({ codes: all = {}, seconds }) =>
      (Object.entries(all).reduce((sum, [code, count]) => sum + (codes.includes(code) ? 0 : count), 0) * 60) / seconds;
    const counts = countsOf(points);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const parts = codes.map((code) => `${formatCount(counts.get(code) ?? 0)} ${code}`);
    const columns = columnsOf(points, hasOthers ? [...readings, rest] : readings);
    const description = charts.describedCodes(charts.codes, total, parts);
    this.#codes.update({ ...columns, ...drawn, description }, charts.none);
  }

  #colourOf(code: string): string {
    const index = this.#colours.get(code) ?? this.#colours.size;
    this.#colours.set(code, index);
    return `--code${(index % MOST_CODES) + 1}`;
  }

  #rangeSwitch(): HTMLElement {
    const { charts } = this.#words.page;
    const choice = (range: Range, label: string) => {
      const input = h('input', { type: 'radio', name: 'range', value: range });
      input.checked = range === this.#range;
      input.addEventListener('change', () => {
        this.#range = range;
        this.#onRange(range);
        this.update(this.#atMs, this.#isEnded);
      });
      return h('label', {}, input, h('span', {}, label));
    };
    const legend = h('legend', { class: 'unseen' }, charts.range);
    return h('fieldset', { class: 'switch' }, legend, choice('hour', charts.hour), choice('day', charts.day));
  }
}

function linesOf(words: Words): Lines[] {
  const { charts } = words.page;
  const lines = (
    name: string,
    [title, unit]: readonly [string, string],
    [format, least]: readonly [format: (value: number) => string, least: number],
    series: readonly (readonly [label: string, colour: string, look: PlotSeries['look'], reading: Reading])[],
  ): Lines => ({
    chart: new Chart({ name, title, unit, least, words, format }),
    title,
    format,
    series: series.map(([label, colour, look]) => ({ label, colour, look })),
    readings: series.map(([, , , reading]) => reading),
  });
  return [
    lines(
      'bytes',
      [charts.bytes, charts.perSecond],
      [(value) => words.progress.screen.rate(formatBytes(value)), 1_000],
      [['', '--c1', 'area', (point) => point.bytesPerSecond]],
    ),
    lines(
      'objects',
      [charts.objects, charts.perSecond],
      [(value) => words.progress.screen.rate(rateText(value)), 1],
      [['', '--c2', 'area', (point) => point.objectsPerSecond]],
    ),
    lines(
      'requests',
      [charts.requests, charts.ofObjects],
      [rateText, 5],
      [
        [charts.atOnce, '--c3', 'area', (point) => (point.requestsLimit === 0 ? undefined : point.requests)],
        [charts.limit, '--c4', 'dashed', (point) => point.requestsLimit || undefined],
      ],
    ),
    lines(
      'latency',
      [charts.latency, charts.ofAnswers],
      [latencyText, 10],
      [
        ['p50', '--p50', 'line', (point) => point.p50],
        ['p90', '--p90', 'line', (point) => point.p90],
        ['p99', '--p99', 'line', (point) => point.p99],
      ],
    ),
  ];
}

/** 1234.5 → `1,235`, 3.254 → `3.25`. */
function rateText(value: number): string {
  return value >= 10 ? formatCount(value) : String(Number(value.toFixed(2)));
}

/** Milliseconds: `8.5 ms`, `120 ms`, `2.4 s`. */
function latencyText(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 10 ? Math.round(ms) : Number(ms.toFixed(1))} ms`;
}
