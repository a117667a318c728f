// A server of the dashboard for a test, and clients that ask it as browsers do, and as they do not.

import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { openWebServer, type WebServer, type WebServerOptions } from '../../../src/web/server.js';
import { until } from '../waiting.js';

export const SPARE_TOKEN = 'spare-token-of-the-tests';
/** Where no page is built. */
const NO_PAGE = new URL('file:///nonexistent/page/');

export interface TestServer extends WebServer {
  /** Defects that the server has reported. */
  readonly defects: unknown[];
}

/** Closed after the test. On 127.0.0.1, with controls and without page files. */
export async function openTestServer(
  t: Pick<TestContext, 'after'>,
  options: Partial<WebServerOptions> = {},
): Promise<TestServer> {
  const defects: unknown[] = [];
  const server = await openWebServer({
    ...{ address: { host: '127.0.0.1', port: 0 }, token: undefined, spareToken: SPARE_TOKEN, page: NO_PAGE },
    redact: (text) => text,
    onDefect: (error) => void defects.push(error),
    ...options,
  });
  t.after(() => server.close());
  return Object.assign(server, { defects });
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Sends the path as it is, and no header that is undefined, on a connection of its own. Status 0: the connection ended without an answer. */
export function ask(url: string, path: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
  const { hostname, port } = new URL(url);
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const options = { hostname: hostname.replace(/^\[|\]$/g, ''), port, path, method, headers: given, agent: false };
  return new Promise((resolve) => {
    const sent = request(options, async (answer) => {
      let text = '';
      for await (const chunk of answer) text += chunk;
      resolve({ status: answer.statusCode!, headers: answer.headers, text });
    });
    sent.on('error', () => resolve({ status: 0, headers: {}, text: '' }));
    sent.end(body);
  });
}

/** As the page asks: from its own origin, with what a change needs. */
export function change(url: string, name: string, { headers, body = '{}' }: Ask = {}): Promise<Reply> {
  return ask(url, `/control/${name}`, {
    method: 'POST',
    headers: {
      ...{ origin: new URL(url).origin, 'content-type': 'application/json', 'x-sluice-control': '1' },
      ...headers,
    },
    body,
  });
}

export interface Viewer {
  /** Events so far: `[name, data]`. */
  readonly events: readonly (readonly [string, unknown])[];
  readonly isOver: boolean;
  of(name: string): unknown[];
}

/** Reads `/events`. */
export async function view(url: string, headers: OutgoingHttpHeaders = {}): Promise<Viewer> {
  const { hostname, port } = new URL(url);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ hostname, port, path: '/events', headers, agent: false }, resolve).on('error', reject).end();
  });
  assert.equal(answer.statusCode, 200);
  let text = '';
  const viewer = {
    isOver: false,
    get events() {
      return text
        .split('\n\n')
        .slice(0, -1)
        .filter((block) => block.startsWith('event: '))
        .map((block) => {
          const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block)!;
          return [name!, JSON.parse(data!)] as const;
        });
    },
    of: (name: string) => viewer.events.filter(([own]) => own === name).map(([, data]) => data),
  };
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  answer.on('close', () => {
    viewer.isOver = true;
  });
  return viewer;
}

/** A connection that the test writes to by hand, and that never reads. */
export async function deadClient(url: string, text: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  socket.on('error', () => {});
  await until(() => !socket.connecting, 'a connection');
  socket.write(text);
  return socket;
}
