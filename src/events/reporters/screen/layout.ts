/** The lines of the screen for a terminal of any size. A pure function: no clock, no terminal. */
import cliProgress from 'cli-progress';
import { cutToWidth, displayWidth, padToWidth } from '../../../lib/text/width.js';
import { say } from '../../../texts/say.js';
import type { HealthState } from '../../health/health.js';
import { healthText } from '../health-text.js';
import { printable } from '../reporter.js';
import {
  type Amount,
  amounts,
  disksText,
  etaText,
  listingText,
  type ScreenState,
  shareText,
  troubleText,
} from './parts.js';

/** What a colour says. */
export type Tone = 'good' | 'slow' | 'bad';

export interface Line {
  readonly text: string;
  /** This part of the text has a colour. */
  readonly tone?: { readonly from: number; readonly to: number; readonly is: Tone };
}

/** A longer line is hard to read, and a longer bar says no more. */
const WIDEST = 100;
const LONGEST_BAR = 40;
const SHORTEST_BAR = 5;
const LABEL = 8;
const SHARE = 8;
/** Between the parts of a line. */
const GAPS = 5;
/** `run 12, 1d 4h elapsed`, and what separates it. */
const LONGEST_ELAPSED = 28;
/** A terminal with fewer rows than this keeps room for messages. */
const LOW_ROWS = 10;

export function screenLines(state: ScreenState, { columns, rows }: { columns: number; rows: number }): Line[] {
  // A line that fills its row would leave the cursor in doubt.
  const width = Math.max(1, Math.min(WIDEST, columns - 1));
  const most = rows >= LOW_ROWS ? 6 : Math.max(1, Math.floor(rows / 2));
  if (most === 1) return [oneLine(state, width)];
  const [objects, bytes] = amountLines(state, width);
  const lines: [rank: number, line: Line | undefined][] = [
    [4, titleLine(state, width)],
    [0, objects],
    [3, bytes],
    [2, sides(label(say.progress.screen.eta) + etaText(state), listingText(state), width)],
    [1, healthLine(state, width)],
    [5, sides(label(say.progress.screen.soFar) + troubleText(state), shortened(disksText(state), width / 2), width)],
  ];
  const ranks = lines.flatMap(([rank, line]) => (line === undefined ? [] : [rank])).sort((one, other) => one - other);
  const last = ranks[Math.min(most, ranks.length) - 1]!;
  return lines.flatMap(([rank, line]) => (line === undefined || rank > last ? [] : [line]));
}

/** All that a single row can say. */
function oneLine(state: ScreenState, width: number): Line {
  const { objects } = amounts(state);
  const numbers = [shareText(objects) || objects.count, objects.rate, `${say.progress.screen.eta} ${etaText(state)}`];
  const before = `${numbers.join(', ')}; `;
  return health(state, before, width);
}

function titleLine({ source, to, runs, runSeconds }: ScreenState, width: number): Line {
  const elapsed = say.progress.screen.run(runs, say.progress.duration(runSeconds));
  const about = to.length === 0 ? source : `${source} → ${to.join(', ')}`;
  return sides(printable(about), elapsed, width);
}

/** Whether the first line of the screen shows all of this. */
export function titleFits(about: string, { columns, rows }: { columns: number; rows: number }): boolean {
  return rows >= LOW_ROWS && displayWidth(printable(about)) + LONGEST_ELAPSED <= Math.min(WIDEST, columns - 1);
}

/** Objects and bytes, with their columns below each other. */
function amountLines(state: ScreenState, width: number): [Line, Line | undefined] {
  const { objects, bytes } = amounts(state);
  const both = bytes === undefined ? [objects] : [objects, bytes];
  const widest = (texts: readonly string[]) => Math.max(...texts.map(displayWidth));
  const columns = { count: widest(both.map(({ count }) => count)), rate: widest(both.map(({ rate }) => rate)) };
  return [amountLine(objects, columns, width), bytes && amountLine(bytes, columns, width)];
}

function amountLine(amount: Amount, columns: { count: number; rate: number }, width: number): Line {
  const { name, count, rate, share } = amount;
  const counted = ' '.repeat(columns.count - displayWidth(count)) + count;
  const barWidth = Math.min(LONGEST_BAR, width - LABEL - SHARE - columns.count - columns.rate - GAPS);
  const hasBar = barWidth >= SHORTEST_BAR && share !== undefined;
  const done = share === undefined ? '' : `${shareText(amount).padStart(SHARE)}  `;
  const left = `${label(name)}${hasBar ? `${bar(share, barWidth)} ` : ''}${done}${share === undefined ? count : counted}`;
  // On a narrow terminal the rate gives way to the count.
  return displayWidth(left) + 2 + displayWidth(rate) > width
    ? { text: cutToWidth(left, width) }
    : sides(left, rate, width);
}

function bar(share: number, barsize: number): string {
  const { barCompleteChar, barIncompleteChar } = CHARS;
  const options = {
    barsize,
    barGlue: '',
    barCompleteString: barCompleteChar.repeat(barsize),
    barIncompleteString: barIncompleteChar.repeat(barsize),
  };
  // Rounded down: a full bar says that nothing is left.
  return cliProgress.Format.BarFormat(Math.floor(share * barsize) / barsize, options as never);
}

const CHARS = { barCompleteChar: '█', barIncompleteChar: '░' };

function healthLine(state: ScreenState, width: number): Line {
  return health(state, label(say.progress.screen.health), width);
}

function health(state: ScreenState, before: string, width: number): Line {
  const { word, rest } = healthText(state.health, state.nowMs);
  const text = cutToWidth(before + word + shortened(printable(rest), width - displayWidth(before + word)), width);
  const is = TONES[state.health.state];
  if (is === undefined) return { text };
  return { text, tone: { from: before.length, to: Math.min(text.length, before.length + word.length), is } };
}

/** Without its last parts, if it is too long with them. */
function shortened(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const end = Math.max(...SEPARATORS.map((separator) => text.lastIndexOf(separator)));
  return end <= 0 ? text : shortened(text.slice(0, end), width);
}

const SEPARATORS = ['; ', '；', ' · ', ', ', '，'];

const TONES: Partial<Record<HealthState, Tone>> = {
  healthy: 'good',
  throttled: 'slow',
  'waiting-queue': 'slow',
  retrying: 'slow',
  'waiting-disk': 'bad',
  banned: 'bad',
  unreachable: 'bad',
  stalled: 'bad',
};

function label(name: string): string {
  return padToWidth(cutToWidth(name, LABEL - 1), LABEL);
}

/** Both texts at their ends of the line; the right one only if it fits beside some of the left one. */
function sides(left: string, right: string, width: number): Line {
  const rightWidth = displayWidth(right);
  const leftWidth = displayWidth(left);
  if (right === '' || (leftWidth + 2 + rightWidth > width && rightWidth + 2 > width / 2))
    return { text: cutToWidth(left, width) };
  const most = width - rightWidth - 2;
  const cut = cutToWidth(left.includes(' · ') ? shortened(left, most) : left, most);
  return { text: padToWidth(cut, width - rightWidth) + right };
}
