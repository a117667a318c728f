// A web server and a list of URLs as a source, both gone when the test is over.

import type { TestContext } from 'node:test';
import type { ObjectEntry } from '../../../src/model/entry.js';
import { isBadLine, isScopeLine } from '../../../src/model/line.js';
import type { Source } from '../../../src/sources/source.js';
import { createUrlsSource, type UrlsOptions } from '../../../src/sources/urls/source.js';
import { startWebServer, type WebRoutes } from '../../fakes/http/http-server.js';

export async function serveWeb(t: TestContext, routes: WebRoutes = {}) {
  const server = await startWebServer(routes);
  t.after(() => server.close());
  return server;
}

export function openUrls(t: TestContext, more: Partial<UrlsOptions> = {}): Source {
  const source = createUrlsSource({
    connections: { objects: { max: 8 }, lists: { max: 1 }, total: 8 },
    timeoutMs: 10_000,
    ...more,
  });
  t.after(() => source.close());
  return source;
}

/** The entry that a line names. */
export function entryOf(source: Source, line: string | object): ObjectEntry {
  const read = source.readLine!(typeof line === 'string' ? line : JSON.stringify(line));
  if (read === undefined || isBadLine(read) || isScopeLine(read)) throw new Error(`no entry: ${JSON.stringify(read)}`);
  return read;
}
