// An ordinary web server with scripted answers, for lists of URLs. What was asked is in `requests`.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface WebAnswer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** The connection breaks after so many bytes of the body. */
  readonly cutAfter?: number;
  /** No Content-Length. */
  readonly isChunked?: boolean;
  /** Lets the answer wait for it. */
  readonly after?: Promise<unknown>;
}

/** Path (without its query, unless one is named) → the answer, or what makes one of the request and its number there. */
export type WebRoutes = Record<string, WebAnswer | ((request: WebRequest, nth: number) => WebAnswer)>;

export interface WebServer {
  readonly origin: string;
  readonly requests: WebRequest[];
  /** To be changed at will; what is in none of them is 404. */
  readonly routes: WebRoutes;
  close(): Promise<void>;
}

export async function startWebServer(routes: WebRoutes): Promise<WebServer> {
  const requests: WebRequest[] = [];
  const counts = new Map<string, number>();
  const server = createServer(async (message, response) => {
    const request = { method: message.method!, path: message.url!, headers: message.headers };
    requests.push(request);
    const bare = request.path.split('?', 1)[0]!;
    const route = routes[request.path] ?? routes[bare] ?? { status: 404 };
    const nth = counts.get(request.path) ?? 0;
    counts.set(request.path, nth + 1);
    const answer = typeof route === 'function' ? route(request, nth) : route;
    await answer.after;
    send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    routes,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, body = '', cutAfter, isChunked }: WebAnswer,
): void {
  const bytes = Buffer.from(body);
  const isBodyless = status === 304 || status === 204;
  response.writeHead(status, { ...(!isChunked && !isBodyless && { 'content-length': bytes.length }), ...headers });
  if (isBodyless) return void response.end();
  if (cutAfter === undefined) return void response.end(bytes);
  response.write(bytes.subarray(0, cutAfter), () => response.destroy());
}

/** A file with a strong ETag and a time, answered as RFC 9110 says: 304, ranges and If-Range. */
export function webFile(body: string | Buffer, { etag = '"v1"', modified = MODIFIED } = {}) {
  const bytes = Buffer.from(body);
  const headers = { etag, 'last-modified': modified, 'accept-ranges': 'bytes' };
  return ({ headers: asked }: WebRequest): WebAnswer => {
    const noneMatch = asked['if-none-match'];
    const isKnown = noneMatch === undefined ? asked['if-modified-since'] === modified : noneMatch === etag;
    if (isKnown) return { status: 304, headers };
    const from = /^bytes=(\d+)-$/.exec(asked.range ?? '')?.[1];
    if (from === undefined || (asked['if-range'] ?? etag) !== etag) return { headers, body: bytes };
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    return { status: 206, headers: { ...headers, 'content-range': range }, body: bytes.subarray(Number(from)) };
  };
}

export const MODIFIED = 'Wed, 09 Nov 2016 14:26:58 GMT';
