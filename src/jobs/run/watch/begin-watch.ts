/** Begins to watch a run, if a program wants to look at it. */
import type { TransferError } from '../../../errors.js';
import type { RunEnd } from '../../../journal/run-note.js';
import type { RunIo } from '../run-io.js';
import type { RunWatch, WatchParts } from './run-watch.js';

/** Undefined: nothing is collected. */
export async function beginWatch(
  { onWatch, version = '' }: Pick<RunIo, 'onWatch' | 'version'>,
  parts: Omit<WatchParts, 'version'>,
): Promise<RunWatch | undefined> {
  if (onWatch === undefined) return undefined;
  const { RunWatch: Begun } = await import('./run-watch.js');
  const watch = new Begun({ ...parts, version });
  onWatch(watch);
  return watch;
}

/** How a run ended, for its note and for those who look at it. */
export function endOf(failure: TransferError | undefined, isCutShort: boolean): HowEnded {
  if (failure === undefined) return { state: isCutShort ? 'interrupted' : 'finished' };
  return { state: 'failed', code: failure.code, message: failure.message };
}

export interface HowEnded {
  readonly state: RunEnd;
  readonly code?: string;
  readonly message?: string;
}
