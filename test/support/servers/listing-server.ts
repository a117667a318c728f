// An HTTP server whose listings are written by hand, byte for byte; its objects are what their keys say.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export const END = 'g2gCZAAEbmV4dGQAA2VvZg';

export interface WrittenPage {
  /** @default 200 */
  readonly status?: number;
  readonly body: string | Buffer;
  /** In the header. @default the end of the folder */
  readonly next?: string | undefined;
  /** @default true */
  readonly hasCursor?: boolean;
}

export interface ListingServer {
  readonly endpoint: string;
  /** `folder#cursor` of each listing request. */
  readonly lists: string[];
  /** Keys that were fetched. */
  readonly gets: string[];
  /** What is listed, by `folder#cursor`; a page that is not there is 404. */
  pages: Record<string, WrittenPage>;
}

/** Serves the bucket `pics`. Every key below it can be fetched, and holds its own name. */
export async function listingServer(t: TestContext, pages: Record<string, WrittenPage>): Promise<ListingServer> {
  const served: ListingServer = { endpoint: '', lists: [], gets: [], pages };
  const server = createServer((req, res) => {
    const key = decodeURIComponent(req.url!.split('?')[0]!).replace(/^\/pics\/?/, '');
    if (req.url!.includes('?usage')) return void res.writeHead(404).end();
    if (!isListing(req)) {
      served.gets.push(key);
      const body = Buffer.from(key);
      return void res.writeHead(200, { 'content-length': body.length, 'last-modified': LAST_MODIFIED }).end(body);
    }
    const place = `${key.replace(/\/$/, '')}#${req.headers['x-list-iter'] ?? ''}`;
    served.lists.push(place);
    const { status = 200, body, next = END, hasCursor = true } = served.pages[place] ?? { status: 404, body: '' };
    res.writeHead(status, { ...(hasCursor && { 'x-upyun-list-iter': next }) }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return Object.assign(served, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

export const LAST_MODIFIED = 'Wed, 09 Nov 2016 14:26:58 GMT';

function isListing({ headers }: IncomingMessage): boolean {
  return headers['x-upyun-folder'] === 'true';
}

/** A text row of an object that holds its own name. */
export function textRow(
  name: string,
  { key = name, size = String(Buffer.byteLength(key)), mtime = '1478701618' } = {},
): string {
  return `${name}\tN\t${size}\t${mtime}`;
}
