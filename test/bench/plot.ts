// Line charts as SVG text: no more than a benchmark's picture needs.

export interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly { x: number; y: number }[];
  /** Marks each point. @default false */
  readonly isDotted?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Numbers that grow by doubling. @default false */
  readonly isLogarithmic?: boolean;
  readonly lines: readonly Line[];
}

const WIDTH = 460;
const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 12;
const TOP = 46;
const BOTTOM = 36;

/** Charts in rows of so many. */
export function picture(charts: readonly Chart[], columns: number): string {
  const rows = Math.ceil(charts.length / columns);
  const drawn = charts.map((chart, index) => {
    const x = (index % columns) * WIDTH;
    const y = Math.floor(index / columns) * HEIGHT;
    return `<g transform="translate(${x} ${y})">${drawChart(chart)}</g>`;
  });
  const size = `width="${columns * WIDTH}" height="${rows * HEIGHT}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11"><rect ${size} fill="white"/>${drawn.join('')}</svg>\n`;
}

function drawChart({ title, xLabel, yLabel, isLogarithmic = false, lines }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  const scale = (x: number) => (isLogarithmic ? Math.log2(x) : x);
  const xs = points.map(({ x }) => scale(x));
  const [least, most] = [Math.min(...xs), Math.max(...xs)];
  const highest = niceAbove(Math.max(...points.map(({ y }) => y)));
  const toX = (x: number) => LEFT + ((scale(x) - least) / (most - least || 1)) * (WIDTH - LEFT - RIGHT);
  const toY = (y: number) => HEIGHT - BOTTOM - (y / highest) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = toY(share * highest);
    return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}" stroke="#ddd"/>${text(LEFT - 6, y + 4, format(share * highest), 'end')}`;
  });
  const xTicks = ticks(least, most, isLogarithmic).map((x) => text(toX(x), HEIGHT - BOTTOM + 14, format(x), 'middle'));
  const legend = lines.map(({ name, colour }, index) => {
    const x = LEFT + index * 130;
    return `<line x1="${x}" x2="${x + 16}" y1="32" y2="32" stroke="${colour}" stroke-width="2"/>${text(x + 20, 36, name)}`;
  });
  const drawn = lines.map(({ colour, points, isDotted }) => {
    const way = points.map(({ x, y }) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`);
    const dots = isDotted
      ? points.map(
          ({ x, y }) => `<circle cx="${toX(x).toFixed(1)}" cy="${toY(y).toFixed(1)}" r="2.5" fill="${colour}"/>`,
        )
      : [];
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${way.join(' ')}"/>${dots.join('')}`;
  });
  const labels = [
    `<text x="${LEFT}" y="18" font-weight="bold">${escaped(title)}</text>`,
    text(WIDTH - RIGHT, HEIGHT - 6, xLabel, 'end'),
    text(LEFT, HEIGHT - 6, yLabel),
  ];
  return [...grid, ...xTicks, ...legend, ...drawn, ...labels].join('');
}

function ticks(least: number, most: number, isLogarithmic: boolean): number[] {
  if (isLogarithmic)
    return Array.from({ length: Math.floor(most) - Math.ceil(least) + 1 }, (_, step) => 2 ** (Math.ceil(least) + step));
  return [0, 0.25, 0.5, 0.75, 1].map((share) => least + share * (most - least));
}

function text(x: number, y: number, said: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#444">${escaped(said)}</text>`;
}

function escaped(said: string): string {
  return said.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return ([1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function format(value: number): string {
  return value >= 1_000 ? `${+(value / 1_000).toFixed(1)}k` : String(+value.toFixed(1));
}
