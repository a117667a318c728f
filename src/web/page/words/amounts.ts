/** Objects and bytes of their totals, by the rules of the terminal: estimates have a `~`, and nothing is complete while something is left. */
import { partOf } from '../../../events/rate.js';
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { Payload } from '../../payload.js';
import type { Words } from './words.js';

export interface Amount {
  readonly name: string;
  /** `22,310,114 of ~58.21 M`. */
  readonly count: string;
  /** '' = the job has ended. */
  readonly rate: string;
  /** 0 to 1; 1 only when nothing is left. Undefined while no total is known. */
  readonly share: number | undefined;
  /** `~38.2 %`. '' = not known. */
  readonly percent: string;
}

export function amountsOf({ command, phase, progress }: Payload, { progress: { screen } }: Words): Amount[] {
  const { done, total, doneBytes, totalBytes, isEstimate, share } = progress;
  const isAll = share === 1;
  const names: Readonly<Record<string, string>> = { list: screen.listed, verify: screen.compared };
  const about = isEstimate ? '~' : '';
  const amount = (name: string, count: string, rate: string, part: number | undefined): Amount => {
    const shown = isAll ? 1 : part;
    const pace = phase === 'ended' ? '' : screen.rate(rate);
    return { name, count, rate: pace, share: shown, percent: percentOf(shown, about) };
  };
  const objects = amount(
    names[command] ?? screen.objects,
    total === undefined
      ? formatCount(done)
      : screen.of(formatCount(done), isEstimate ? `~${screen.roughly(total)}` : formatCount(total)),
    formatCount(progress.objectsPerSecond),
    total ? partOf(done, total) : undefined,
  );
  // A listing moves no bytes, and most comparisons read none.
  if (command === 'list' || (command === 'verify' && progress.bytes === 0)) return [objects];
  const rate = formatBytes(progress.bytesPerSecond);
  if (command === 'verify')
    return [
      objects,
      { ...amount(screen.bytes, formatBytes(progress.bytes), rate, undefined), share: undefined, percent: '' },
    ];
  const count =
    totalBytes === undefined
      ? formatBytes(doneBytes)
      : screen.of(formatBytes(doneBytes), about + formatBytes(totalBytes));
  return [objects, amount(screen.bytes, count, rate, totalBytes ? partOf(doneBytes, totalBytes) : undefined)];
}

/** Rounded down: `100 %` only when nothing is left. */
function percentOf(share: number | undefined, about: string): string {
  if (share === undefined) return '';
  return share === 1 ? '100 %' : `${about}${(Math.floor(share * 1000) / 10).toFixed(1)} %`;
}
