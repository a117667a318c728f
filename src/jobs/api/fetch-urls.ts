/** A list of URLs for programs. */
import { ConfigError, TransferError } from '../../errors.js';
import type { Sink } from '../../sinks/sink.js';
import { URL_LIST } from '../../sources/registry.js';
import { say } from '../../texts/say.js';
import { run } from '../run/run.js';
import type { Job } from './job.js';
import { configOf, sinkOf, type UrlOptions } from './options.js';
import { start } from './start.js';

/** A URL and what is known of it. */
export interface UrlEntry {
  /** http or https. User name and password are sent to this origin only, and are in no key, event or file. */
  url: string;
  /** @default host and path, decoded, and the query without a signature */
  key?: string;
  /** Bytes that the body must have. */
  size?: number;
  mtimeMs?: number;
  etag?: string;
  /** MD5 that the body must have, hex. */
  md5?: string;
  /** Sent to the origin of the URL only, and kept in no file. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * Stores what the URLs give. Asks only whether it has changed where an earlier run has stored it from there. Reads `urls`
 * no faster than it fetches.
 *
 * ```ts
 * await fetchUrls(['https://a.example.com/1.jpg', 'https://b.example.com/2.jpg?size=full'], './pictures');
 * ```
 *
 * @param to A folder, or one folder for each disk. Or the caller's own Sink, as for `mirror`.
 */
export function fetchUrls(
  urls: Iterable<string | UrlEntry> | AsyncIterable<string | UrlEntry>,
  to: string | readonly string[] | Sink,
  options: UrlOptions = {},
): Job {
  if (typeof urls === 'string') throw new ConfigError([say.jobs.api.urls]);
  const config = configOf('fetch', { from: URL_LIST.form, to, options });
  return start({
    config,
    source: undefined,
    sink: sinkOf(to),
    signal: options.signal,
    work: run,
    input: linesOf(urls),
  });
}

async function* linesOf(urls: Iterable<string | UrlEntry> | AsyncIterable<string | UrlEntry>) {
  for await (const given of urls) {
    const { mtimeMs, ...entry } = typeof given === 'string' ? ({ url: given } as UrlEntry) : given;
    if (typeof entry.url !== 'string') throw new TransferError('ERR_BAD_LINE', say.jobs.api.urlNoText(entry.url));
    const mtime = mtimeMs === undefined ? undefined : new Date(mtimeMs).toISOString();
    yield `${JSON.stringify({ ...entry, mtime })}\n`;
  }
}
