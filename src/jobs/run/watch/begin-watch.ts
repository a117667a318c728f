/** Begins to watch a run, if a program wants to look at it. */
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
