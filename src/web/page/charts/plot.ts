/** One drawing of uPlot. Its colours come from the style of the page, so that light and dark are in one place. */
import uPlot from 'uplot';
import type { Words } from '../words/words.js';
import type { Columns } from './columns.js';

export interface PlotSeries {
  readonly label: string;
  /** A variable of the style: `--c1`. */
  readonly colour: string;
  readonly look: 'area' | 'line' | 'dashed' | 'bars';
}

export interface PlotOptions {
  readonly series: readonly PlotSeries[];
  readonly format: (value: number) => string;
  /** The axis goes at least so far. */
  readonly least: number;
  readonly words: Words;
  /** The cursor is at this point, or at none. */
  readonly onCursor: (index: number | undefined) => void;
}

const AXIS_WIDTH = 62;
/** Marks of the time, in seconds apart: the labels have no seconds. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360].map((minutes) => minutes * 60);
/** A line of so few points is not seen. */
const FEW_POINTS = 3;
const FONT = '11px system-ui, sans-serif';

export function createPlot(target: HTMLElement, options: PlotOptions): uPlot {
  const { series, onCursor } = options;
  const plot: uPlot.Options = {
    ...sizeOf(target),
    padding: [8, 6, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'sluice' }, points: { size: 6 } },
    scales: { x: { time: true }, y: { range: (_plot, _from, most) => [0, Math.max(options.least, most * 1.12)] } },
    axes: axes(options),
    series: [{}, ...series.map(seriesOf)],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)] },
  };
  return new uPlot(plot, [[], ...series.map(() => [])] as unknown as uPlot.AlignedData, target);
}

export function setColumns(plot: uPlot, { times, values }: Columns, [from, to]: readonly [number, number]): void {
  plot.batch(() => {
    plot.setData([times, ...values] as uPlot.AlignedData, false);
    plot.setScale('x', { min: from, max: to });
  });
}

function areFew({ data: [times] }: uPlot): boolean {
  return times.length < FEW_POINTS;
}

/** As large as its place, which the style decides. */
export function sizeOf(target: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, target.clientWidth), height: Math.max(80, target.clientHeight) };
}

/** The value of a variable of the style, as it is now. */
function colourOf(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function seriesOf({ label, colour, look }: PlotSeries): uPlot.Series {
  const base: uPlot.Series = {
    label,
    stroke: () => colourOf(colour),
    points: { show: areFew, size: 5, fill: () => colourOf(colour) },
    spanGaps: false,
  };
  if (look === 'bars') {
    const paths = uPlot.paths.bars!({ size: [0.9, 24, 1], gap: 0 });
    return { ...base, width: 0, fill: () => colourOf(colour), paths };
  }
  if (look === 'area') return { ...base, width: 1.6, fill: () => colourOf(`${colour}-area`) };
  return look === 'dashed' ? { ...base, width: 1.5, dash: [6, 5] } : { ...base, width: 1.6 };
}

function axes({ format, words }: PlotOptions): uPlot.Axis[] {
  const grid = { stroke: () => colourOf('--line'), width: 1 };
  const common = { font: FONT, stroke: () => colourOf('--quiet'), ticks: { show: false } };
  return [
    {
      ...common,
      grid: { show: false },
      size: 26,
      space: 64,
      incrs: TIME_STEPS,
      values: (_plot, splits) => splits.map((seconds) => words.times.clock(seconds * 1000)),
    },
    {
      ...common,
      grid,
      size: AXIS_WIDTH,
      space: 34,
      values: (_plot, splits) => splits.map((value) => (value === null ? '' : format(value))),
    },
  ];
}
