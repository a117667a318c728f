/** `mirror` for programs. */
import type { Source } from '../../sources/source.js';
import { run } from '../run/run.js';
import type { Job } from './job.js';
import { configOf, type StoreOptions } from './options.js';
import { start } from './start.js';

/**
 * Lists a source and stores every object that is not there yet, byte for byte, at DIR/key. The job is kept in
 * `DIR/.sluice`, as the command line keeps it: after a crash the same call goes on.
 *
 * Throws a ConfigError where the options are not right. The job rejects with a TransferError where it could not be brought
 * to its end; single objects that failed are counted, and listed in the failures file.
 *
 * ```ts
 * const { stored, failed } = await mirror('upyun://photos', ['/disk1', '/disk2'], { credentials });
 * ```
 *
 * @param from `upyun://BUCKET[/prefix]`, or a Source of one's own that has a lister.
 * @param to A folder, or one for each disk; the first keeps the state of the job.
 */
export function mirror(from: string | Source, to: string | readonly string[], options: StoreOptions = {}): Job {
  const config = configOf('mirror', { from, to, options });
  const source = typeof from === 'string' ? undefined : from;
  return start({ config, source, signal: options.signal, work: run });
}
