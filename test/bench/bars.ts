// Bars side by side as SVG text: one group of them for each figure.

export interface Bars {
  readonly title: string;
  readonly bars: readonly { name: string; value: number }[];
}

const WIDTH = 460;
const ROW = 22;
const LEFT = 130;
const RIGHT = 70;
const TOP = 34;

/** Below each other; returns the drawing and its size. */
export function drawBars(groups: readonly Bars[]): { svg: string; width: number; height: number } {
  let top = 0;
  const drawn = groups.map(({ title, bars }) => {
    const most = Math.max(...bars.map(({ value }) => value));
    const rows = bars.map(({ name, value }, index) => {
      const y = TOP + index * ROW;
      const length = (value / most) * (WIDTH - LEFT - RIGHT);
      const colour = name.startsWith('sluice') ? '#1668a8' : '#9aa5b1';
      const bar = `<rect x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${ROW - 6}" fill="${colour}"/>`;
      const shown = value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1);
      return `${bar}${text(LEFT - 8, y + 12, name, 'end')}${text(LEFT + length + 6, y + 12, shown)}`;
    });
    const group = `<g transform="translate(0 ${top})"><text x="8" y="20" font-weight="bold">${title}</text>${rows.join('')}</g>`;
    top += TOP + bars.length * ROW + 12;
    return group;
  });
  return { svg: drawn.join(''), width: WIDTH, height: top };
}

function text(x: number, y: number, said: string, anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}" fill="#444">${said}</text>`;
}
