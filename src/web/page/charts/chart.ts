/** A chart with its title, its values of now (or of the time under the cursor), and a description for those who do not see it. */
import type uPlot from 'uplot';
import { h, setAttribute, setText } from '../parts/dom.js';
import type { Words } from '../words/words.js';
import { type Column, type Columns, stacked } from './columns.js';
import { createPlot, type PlotSeries, setColumns, sizeOf } from './plot.js';

export interface ChartOptions {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly words: Words;
  /** The axis goes at least so far, however little there is. */
  readonly least: number;
  /** With its unit. */
  readonly format: (value: number) => string;
}

export interface ChartData extends Columns {
  readonly span: readonly [number, number];
  readonly nowMs: number;
  /** The last point is of this moment. */
  readonly isLive: boolean;
  /** For those who do not see it. */
  readonly description: string;
}

export class Chart {
  readonly element: HTMLElement;
  readonly #options: ChartOptions;
  readonly #values = h('ul', { class: 'chart-values' });
  readonly #time = h('span', { class: 'chart-time' });
  readonly #target = h('div', { class: 'chart-plot', role: 'img', tabindex: '0' });
  readonly #empty = h('p', { class: 'chart-empty' });
  readonly #resized = new ResizeObserver(() => this.#resize());
  #series: readonly PlotSeries[] = [];
  #shown: HTMLElement[] = [];
  #plot: uPlot | undefined;
  #data: ChartData | undefined;
  #index: number | undefined;

  constructor(options: ChartOptions) {
    this.#options = options;
    const { name, title, unit } = options;
    const caption = h('figcaption', {}, h('h3', {}, title), h('span', { class: 'chart-unit' }, unit), this.#time);
    this.element = h('figure', { class: `chart chart-${name}` }, caption, this.#values, this.#target, this.#empty);
    this.#target.addEventListener('keydown', (event) => this.#move(event));
    this.#target.addEventListener('blur', () => this.#plot?.setCursor({ left: -10, top: -10 }));
    this.#resized.observe(this.#target);
  }

  /** Others than before: the drawing is made again. `names` beside the swatches; '' = only the value. */
  setSeries(series: readonly PlotSeries[]): void {
    if (JSON.stringify(series) === JSON.stringify(this.#series) && this.#plot !== undefined) return;
    this.#plot?.destroy();
    this.#series = series;
    this.#index = undefined;
    this.#shown = series.map(() => h('span', { class: 'chart-value' }));
    const rows = series.map(({ label, colour, look }, index) => {
      const swatch = h('span', { class: `swatch swatch-${look} colour${colour.slice(1)}`, 'aria-hidden': 'true' });
      return h('li', {}, swatch, h('span', { class: 'chart-label' }, label), this.#shown[index]!);
    });
    this.#values.replaceChildren(...rows);
    const { words, format, least } = this.#options;
    this.#plot = createPlot(this.#target, { series, words, format, least, onCursor: (index) => this.#point(index) });
  }

  update(data: ChartData, empty: string): void {
    this.#data = data;
    const hasNothing = data.times.length === 0 || data.values.length === 0;
    this.#empty.hidden = !hasNothing;
    setText(this.#empty, empty);
    setAttribute(this.#target, 'aria-label', `${data.description}. ${this.#options.words.page.charts.keys}`);
    const isStacked = this.#series.some(({ look }) => look === 'bars');
    if (this.#plot !== undefined)
      setColumns(this.#plot, { times: data.times, values: isStacked ? stacked(data.values) : data.values }, data.span);
    this.#say();
  }

  /** The colours have changed. */
  redraw(): void {
    this.#plot?.redraw(false);
  }

  destroy(): void {
    this.#resized.disconnect();
    this.#plot?.destroy();
  }

  #point(index: number | undefined): void {
    this.#index = index;
    this.#say();
  }

  /** The values of the time under the cursor, or of now. */
  #say(): void {
    if (this.#data === undefined) return;
    const { words, format } = this.#options;
    const { times, values, nowMs, isLive } = this.#data;
    const index = this.#index ?? times.length - 1;
    for (const [series, shown] of this.#shown.entries()) {
      const value = valueAt(values[series], index);
      setText(shown, value === undefined ? words.page.noData : format(value));
    }
    const at = times[index];
    const isNow = isLive && this.#index === undefined;
    const time = at === undefined ? '' : words.times.exact(at * 1000, nowMs);
    setText(this.#time, isNow ? words.page.charts.now : time);
  }

  #resize(): void {
    if (this.#target.clientWidth > 0) this.#plot?.setSize(sizeOf(this.#target));
  }

  #move(event: KeyboardEvent): void {
    const plot = this.#plot;
    const times = this.#data?.times ?? [];
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -times.length, End: times.length }[event.key];
    if (plot === undefined || step === undefined || times.length === 0) return;
    event.preventDefault();
    const index = Math.min(times.length - 1, Math.max(0, (this.#index ?? times.length) + step));
    plot.setCursor({ left: plot.valToPos(times[index]!, 'x'), top: 0 });
  }
}

function valueAt(column: Column | undefined, index: number): number | undefined {
  return column?.[index] ?? undefined;
}
