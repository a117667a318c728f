// A server that speaks the contract of the dashboard, with a job that the test makes up: states that no real run is in at will.

import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Picture } from '../../../src/events/picture/picture.js';
import type { History, RecentFailure } from '../../../src/events/picture/watch.js';

const FILES = fileURLToPath(new URL('../../../src/web/page/', import.meta.url));
const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' } as const;
/** As the real server has them: a page that breaks these rules breaks here. */
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
};

export type Sent = Picture & { hasControls?: boolean };

export interface PageJob {
  picture: Sent;
  history: History;
  failures: readonly RecentFailure[];
  /** Requests need it. */
  token?: string;
}

export interface Posted {
  readonly path: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

export interface PageServer {
  readonly url: string;
  readonly job: PageJob;
  /** What was posted. */
  readonly posts: readonly Posted[];
  /** How posts are answered: a message, and so refused. */
  refusal: string | undefined;
  /** Streams that are open. */
  readonly viewers: number;
  /** Sends a picture to all viewers. */
  send(picture: Sent): void;
  sendFailures(failures: readonly RecentFailure[]): void;
  /** Cuts all connections, and answers nothing until {@link back}. */
  vanish(): void;
  back(): void;
  close(): Promise<void>;
}

export async function startPageServer(job: PageJob): Promise<PageServer> {
  const streams = new Set<ServerResponse>();
  const posts: Posted[] = [];
  let isAway = false;
  let refusal: string | undefined;

  const server = createServer(async (request, response) => {
    if (isAway) return void request.socket.destroy();
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const path = request.url!.split('?')[0]!;
    const file = /^\/page\/([a-z]+\.(css|js))$/.exec(path);
    if (path === '/') return sendFile(response, 'index.html');
    if (file !== null) return sendFile(response, file[1]!);
    if (job.token !== undefined && request.headers.authorization !== `Bearer ${job.token}`)
      return void response.writeHead(401).end();
    if (request.method === 'POST') {
      posts.push({ path, body: await bodyOf(request), headers: request.headers });
      return void response.writeHead(refusal === undefined ? 200 : 400).end(refusal ?? '{}');
    }
    if (path === '/status.json') return sendJson(response, job.picture);
    if (path === '/history.json') return sendJson(response, job.history);
    if (path === '/failures.json') return sendJson(response, job.failures);
    if (path !== '/events') return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(eventOf('picture', job.picture));
    streams.add(response);
    response.on('close', () => streams.delete(response));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const broadcast = (name: string, data: unknown) => {
    for (const stream of streams) stream.write(eventOf(name, data));
  };
  const vanish = () => {
    isAway = true;
    server.closeAllConnections();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    job,
    posts,
    get refusal() {
      return refusal;
    },
    set refusal(text) {
      refusal = text;
    },
    get viewers() {
      return streams.size;
    },
    send(picture) {
      job.picture = picture;
      broadcast('picture', picture);
    },
    sendFailures(failures) {
      job.failures = failures;
      broadcast('failures', failures);
    },
    vanish,
    back() {
      isAway = false;
    },
    async close() {
      vanish();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function eventOf(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function sendJson(response: ServerResponse, data: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(data));
}

function sendFile(response: ServerResponse, name: string): void {
  const type = TYPES[name.split('.').at(-1) as keyof typeof TYPES];
  response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(readFileSync(`${FILES}${name}`));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}
