// Web servers that count who asks them at the same time, for lists of URLs of many hosts.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface HostOptions {
  /** What is awaited before an answer. */
  before?: (request: IncomingMessage) => Promise<unknown> | undefined;
  /** @default 200 */
  status?: () => number;
  /** Where a path is redirected to. @default nowhere */
  location?: (path: string) => string | undefined;
  /** @default any free one */
  port?: number;
  /** @default 127.0.0.1 */
  address?: string;
}

export interface CountingHost {
  readonly origin: string;
  readonly port: number;
  /** Paths, as they came. */
  readonly paths: string[];
  /** Requests at once now, and the most so far. */
  readonly now: () => number;
  readonly most: () => number;
  /** Addresses of this machine that had an open connection at the same time, at most. */
  readonly mostAddresses: () => number;
}

/** Answers each path with the path. Gone when the test is over. */
export async function startHost(t: TestContext, options: HostOptions = {}): Promise<CountingHost> {
  const { before, status = () => 200, location, port = 0, address = '127.0.0.1' } = options;
  const paths: string[] = [];
  const addresses = new Map<string, number>();
  let now = 0;
  let most = 0;
  let mostAddresses = 0;
  const server = createServer((request, response) => {
    paths.push(request.url!);
    now++;
    most = Math.max(most, now);
    response.once('close', () => now--);
    const waiting = before?.(request);
    if (waiting === undefined) answer(request, response);
    else void waiting.then(() => answer(request, response));
  });
  function answer(request: IncomingMessage, response: ServerResponse): void {
    const to = location?.(request.url!);
    if (to !== undefined) return void response.writeHead(302, { location: to, 'content-length': 0 }).end();
    const code = status();
    const body = code === 200 ? request.url! : '';
    response.writeHead(code, { 'content-length': body.length }).end(body);
  }
  server.on('connection', (socket) => {
    const local = socket.localAddress!;
    addresses.set(local, (addresses.get(local) ?? 0) + 1);
    mostAddresses = Math.max(mostAddresses, addresses.size);
    socket.once('close', () => {
      const left = addresses.get(local)! - 1;
      if (left > 0) addresses.set(local, left);
      else addresses.delete(local);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  const bound = (server.address() as AddressInfo).port;
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    ...{ origin: `http://127.0.0.1:${bound}`, port: bound, paths },
    now: () => now,
    most: () => most,
    mostAddresses: () => mostAddresses,
  };
}

/** A port where nothing listens: a connection to it is refused. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `ORIGIN/0`, `ORIGIN/1`, … */
export function urlsOf(origin: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${origin}/${index}`);
}
