/** The numbers of the screen as text. A number that is not known, or not true, is not shown. */
import { timeNear } from '../../../lib/text/local-time.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { cutToWidth } from '../../../lib/text/width.js';
import { say } from '../../../texts/say.js';
import type { Health } from '../../health/health.js';
import { type Progress, partOf } from '../../rate.js';
import type { DiskView, RunView } from '../../run-view.js';
import { printable } from '../reporter.js';

/** All that a screen says, at one moment. */
export interface ScreenState extends Pick<RunView, 'command' | 'source' | 'to'> {
  readonly nowMs: number;
  readonly runs: number | undefined;
  readonly runSeconds: number;
  readonly progress: Progress;
  readonly isListingDone: boolean;
  readonly health: Health;
  readonly throttledMs: number;
  readonly disks: readonly DiskView[];
}

export interface Amount {
  readonly name: string;
  readonly count: string;
  readonly rate: string;
  /** 0 to 1. */
  readonly share: number | undefined;
  readonly isEstimate: boolean;
}

const HOUR_SECONDS = 3_600;

export function amounts(state: ScreenState): { objects: Amount; bytes: Amount | undefined } {
  const { command, progress } = state;
  const { done, total, doneBytes, totalBytes, isEstimate, share, objectsPerSecond, bytesPerSecond } = progress;
  const { screen } = say.progress;
  const isAll = share === 1;
  const names: Readonly<Record<string, string>> = { list: screen.listed, verify: screen.compared };
  const objects = {
    name: names[command] ?? screen.objects,
    count:
      total === undefined ? formatCount(done) : screen.of(formatCount(done), rough(total, isEstimate, screen.roughly)),
    rate: screen.rate(formatCount(objectsPerSecond)),
    share: isAll ? 1 : total ? partOf(done, total) : undefined,
    isEstimate,
  };
  // A listing moves no bytes, and most comparisons read none.
  if (command === 'list' || (command === 'verify' && progress.bytes === 0)) return { objects, bytes: undefined };
  if (command === 'verify') {
    const count = formatBytes(progress.bytes);
    return {
      objects,
      bytes: { name: screen.bytes, count, rate: rateOf(bytesPerSecond), share: undefined, isEstimate },
    };
  }
  const bytes = {
    name: screen.bytes,
    count: totalBytes === undefined ? formatBytes(doneBytes) : bytesOf(doneBytes, totalBytes, isEstimate),
    rate: rateOf(bytesPerSecond),
    share: isAll ? 1 : totalBytes ? partOf(doneBytes, totalBytes) : undefined,
    isEstimate,
  };
  return { objects, bytes };
}

function rateOf(bytesPerSecond: number): string {
  return say.progress.screen.rate(formatBytes(bytesPerSecond));
}

function rough(total: number, isEstimate: boolean, roughly: (count: number) => string): string {
  return isEstimate ? `~${roughly(total)}` : formatCount(total);
}

/** `37.0 of 100 GB`: one unit where both have the same. */
function bytesOf(done: number, total: number, isEstimate: boolean): string {
  const [whole, part] = [formatBytes(total), formatBytes(done)];
  const unit = whole.slice(whole.lastIndexOf(' '));
  const short = part.endsWith(unit) ? part.slice(0, -unit.length) : part;
  return say.progress.screen.of(short, `${isEstimate ? '~' : ''}${whole}`);
}

/** `38.2 %`, rounded down; `100 %` only when nothing is left. '' = unknown. */
export function shareText({ share, isEstimate }: Amount): string {
  if (share === undefined) return '';
  if (share === 1) return '100 %';
  return `${isEstimate ? '~' : ''}${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}

/** The time of the end, and when the disks are full before it. `–` while it is not known. */
export function etaText({ progress: { secondsLeft, secondsUntilFull }, nowMs }: ScreenState): string {
  const { screen, duration, weekdays } = say.progress;
  const eta =
    secondsLeft === undefined
      ? '–'
      : secondsLeft === 0
        ? screen.done
        : secondsLeft < HOUR_SECONDS
          ? screen.soon(duration(secondsLeft))
          : screen.at(dayAndTime(nowMs + secondsLeft * 1000, nowMs, weekdays), duration(secondsLeft));
  return secondsUntilFull === undefined ? eta : `${eta} · ${screen.disksFull(duration(secondsUntilFull))}`;
}

/** With the day of the week: a time of tomorrow looks like one of today. */
function dayAndTime(atMs: number, nowMs: number, weekdays: readonly string[]): string {
  const text = timeNear(atMs, nowMs, weekdays);
  return /^\d\d:/.test(text) ? `${weekdays[new Date(atMs).getDay()]} ${text}` : text;
}

export function listingText({ command, progress: { found }, isListingDone }: ScreenState): string {
  if (command === 'list') return '';
  const { screen } = say.progress;
  return command === 'fetch' ? screen.input(found, isListingDone) : screen.listing(found, isListingDone);
}

/** What went wrong so far. */
export function troubleText({ command, progress: { retries, failed, gone }, throttledMs }: ScreenState): string {
  const { screen, duration } = say.progress;
  const parts = [
    retries > 0 ? screen.retries(retries) : '',
    failed > 0 ? (command === 'verify' ? screen.different(failed) : screen.failed(failed)) : '',
    gone > 0 ? screen.gone(gone) : '',
    throttledMs >= 1_000 ? screen.throttled(duration(throttledMs / 1000)) : '',
  ].filter(Boolean);
  return parts.length === 0 ? screen.noTrouble : parts.join(' · ');
}

/** Those that take no files come first. */
export function disksText({ disks }: ScreenState): string {
  const { screen } = say.progress;
  const names = shortNames(disks.map(({ root }) => root));
  const texts = disks.map(({ state, freeBytes }, index) => {
    const name = cutToWidth(printable(names[index]!), NAME_COLUMNS);
    if (state === 'full') return [0, screen.full(name)] as const;
    if (state === 'out') return [0, screen.broken(name)] as const;
    return [1, freeBytes === undefined ? '' : screen.free(name, formatBytes(freeBytes))] as const;
  });
  const shown = texts.filter(([, text]) => text !== '').sort(([one], [other]) => one - other);
  return shown.map(([, text]) => text).join(' · ');
}

/** More of the name of a disk says no more. */
const NAME_COLUMNS = 16;

/** The part of each path that tells it from the others: /disk1/photos, /disk2/photos → disk1, disk2. */
function shortNames(paths: readonly string[]): string[] {
  if (paths.length < 2) return paths.map(() => '');
  const all = paths.map((path) => path.split('/'));
  const differs = all[0]!.findIndex((part, index) => all.some((parts) => parts[index] !== part));
  return all.map((parts) => parts[differs] ?? parts.at(-1)!);
}
