/** `fetch` for programs. */
import { ConfigError, TransferError } from '../../errors.js';
import { entryToLine, type ObjectEntry } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import type { Sink } from '../../sinks/sink.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';
import { run } from '../run/run.js';
import type { Job } from './job.js';
import { configOf, type StoreOptions, sinkOf } from './options.js';
import { start } from './start.js';

/** Entries of a listing, or bare keys. */
export type Keys = Iterable<string | ObjectEntry> | AsyncIterable<string | ObjectEntry>;

/**
 * Stores the objects that `keys` names, and skips the objects that are already stored. Reads `keys` no faster than it
 * fetches objects.
 *
 * ```ts
 * await fetch('upyun://photos', './photos', ['2017/a.jpg', '2017/b.jpg'], { credentials });
 * ```
 *
 * @param from The keys are relative to this source.
 * @param to A folder, or one folder for each disk. Or the caller's own Sink, as for {@link mirror}.
 */
export function fetch(
  from: string | Source,
  to: string | readonly string[] | Sink,
  keys: Keys,
  options: StoreOptions = {},
): Job {
  if (typeof keys === 'string') throw new ConfigError([say.jobs.api.keys]);
  const config = configOf('fetch', { from, to, options });
  const source = typeof from === 'string' ? undefined : from;
  return start({ config, source, sink: sinkOf(to), signal: options.signal, work: run, input: linesOf(keys) });
}

async function* linesOf(keys: Keys): AsyncGenerator<string, void, void> {
  for await (const key of keys) {
    if (typeof key !== 'string' && typeof key?.key !== 'string')
      throw new TransferError('ERR_BAD_LINE', say.jobs.api.keyNoText(key));
    yield `${typeof key === 'string' ? safeJson({ key }) : entryToLine(key)}\n`;
  }
}
