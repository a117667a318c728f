// Stands in front of a real store: counts and delays what is asked for, and can answer in its place. The Host header stays as
// it was, since it is signed.

import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxyRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** Answers a request itself, or leaves it to the store by returning false. */
export type ProxyFault = (request: ProxyRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface Taken {
  /** The keys that pages were asked to begin behind; '' for the first. */
  readonly pages: string[];
  /** Other requests. */
  readonly gets: number;
  /** Pages that were asked for at once, at most. */
  readonly mostListings: number;
}

export interface S3Proxy {
  readonly endpoint: string;
  /** All since the last `take`. */
  readonly requests: ProxyRequest[];
  /** Takes what was asked for since the last call. */
  take(): Taken;
  fault: ProxyFault | undefined;
  close(): Promise<void>;
}

export async function startS3Proxy(store: string): Promise<S3Proxy> {
  const { hostname, port } = new URL(store);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const requests: ProxyRequest[] = [];
  let listings = 0;
  let most = 0;
  const server = createServer(async (message, response) => {
    const request = read(message);
    requests.push(request);
    const isListing = isS3Listing(request);
    if (isListing) most = Math.max(most, ++listings);
    response.once('close', () => {
      if (isListing) listings--;
    });
    if (await proxy.fault?.(request, response)) return;
    const { method, url: path, rawHeaders: headers } = message;
    const forwarded = send({ agent, hostname, port, method, path, headers: headers as never });
    // A client that was killed, or a store that was: the other side sees its connection break, too.
    const breakOff = () => {
      forwarded.destroy();
      response.destroy();
    };
    response.once('close', () => {
      if (!response.writableFinished) breakOff();
    });
    forwarded.on('error', breakOff);
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode!, answer.statusMessage, answer.rawHeaders as never);
      answer.on('error', breakOff);
      answer.pipe(response);
    });
    message.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: S3Proxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    take() {
      const taken = requests.splice(0);
      const pages = taken.filter(isS3Listing).map(({ query }) => query.get('start-after') ?? '');
      const answer = { pages, gets: taken.length - pages.length, mostListings: most };
      most = listings;
      return answer;
    },
    fault: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
  return proxy;
}

/** A request for a page: of a bucket, by path style. */
function isS3Listing({ path }: Pick<ProxyRequest, 'path'>): boolean {
  return /^\/[^/]+\/?$/.test(path);
}

function read({ method, url, headers }: IncomingMessage): ProxyRequest {
  const [path = '', query = ''] = url!.split('?');
  return { method: method!, path, query: new URLSearchParams(query), headers };
}
