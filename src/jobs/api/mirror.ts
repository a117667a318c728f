/** `mirror` for programs. */
import type { Sink } from '../../sinks/sink.js';
import type { Source } from '../../sources/source.js';
import { run } from '../run/run.js';
import type { Job } from './job.js';
import { configOf, type StoreOptions, sinkOf } from './options.js';
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
 * A Sink of the caller's own gets the bodies instead of folders. Nothing is kept on the disks of this machine then, so
 * such a job does not resume: each run lists all of SOURCE, and asks the sink by `has` what is there already. `flush` is
 * called at the end of the run. There is no list of failures unless `failures` names a file (the events and the summary
 * tell them), and the options that speak of folders (`reserve`, `durability`, `isRestart`) are refused. The job closes the
 * sink.
 *
 * ```ts
 * const kept = new Map<string, Uint8Array>();
 * const sink: Sink = {
 *   roots: ['memory'],
 *   has: async (queries) =>
 *     queries.map(({ key, size }) => {
 *       const body = kept.get(key);
 *       return { isPresent: body !== undefined && body.length === (size ?? body.length), home: body ? 0 : -1 };
 *     }),
 *   async put({ key }, body) {
 *     const pieces: Uint8Array[] = [];
 *     if (body instanceof Uint8Array) pieces.push(body);
 *     else for await (const piece of body) pieces.push(piece);
 *     kept.set(key, Buffer.concat(pieces));
 *     return { volume: 0 };
 *   },
 *   flush: async () => {},
 *   close: async () => {},
 * };
 * await mirror('upyun://photos', sink, { credentials });
 * ```
 *
 * @param from `upyun://BUCKET[/prefix]`, or the caller's own Source with a lister.
 * @param to A folder, or one folder for each disk: the first keeps the state of the job. Or the caller's own Sink.
 */
export function mirror(from: string | Source, to: string | readonly string[] | Sink, options: StoreOptions = {}): Job {
  const config = configOf('mirror', { from, to, options });
  const source = typeof from === 'string' ? undefined : from;
  return start({ config, source, sink: sinkOf(to), signal: options.signal, work: run });
}
