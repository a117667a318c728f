/** `mirror` for programs. */
import type { Source } from '../../sources/source.js';
import { run } from '../run/run.js';
import type { Job } from './job.js';
import { configOf, type StoreOptions } from './options.js';
import { start } from './start.js';

/**
 * Lists a source and stores every object that is not stored yet, byte for byte, at DIR/key. Sluice keeps the job in
 * `DIR/.sluice`, like the command line. After a crash the same call resumes the job.
 *
 * Throws a ConfigError when the options are wrong. The job rejects with a TransferError when it cannot finish. Sluice
 * counts single objects that fail, and lists them in the failures file.
 *
 * ```ts
 * const { stored, failed } = await mirror('upyun://photos', ['/disk1', '/disk2'], { credentials });
 * ```
 *
 * @param from `upyun://BUCKET[/prefix]`, or the caller's own Source with a lister.
 * @param to A folder, or one folder for each disk. The first folder keeps the state of the job.
 */
export function mirror(from: string | Source, to: string | readonly string[], options: StoreOptions = {}): Job {
  const config = configOf('mirror', { from, to, options });
  const source = typeof from === 'string' ? undefined : from;
  return start({ config, source, signal: options.signal, work: run });
}
