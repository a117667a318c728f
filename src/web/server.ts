/**
 * The server of the dashboard and of the metrics. It never holds the job: it does not keep the process alive, a client that
 * is slow or silent is cut off, and an error of an answer is an answer.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Watch } from '../events/picture/watch.js';
import { addressText, isLoopback, isLoopbackHost, type ListenAddress } from '../lib/network/listen-address.js';
import { within } from '../lib/waiting/within.js';
import { say } from '../texts/say.js';
import { type Answer, refuse } from './answers.js';
import { refusalOf } from './guard.js';
import { readPageFiles } from './page-files.js';
import { type Route, routesOf } from './routes.js';
import { Viewers } from './viewers.js';

/** What a client may take, and how much of it there is. */
const BOUNDS = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  maxHeaderSize: 8 * 1024,
  /** How often Node looks for requests that are too slow. */
  connectionsCheckingInterval: 1_000,
};
const MAX_CONNECTIONS = 256;
/** A connection on which nothing moves, such as that of a client that does not read its answer. */
const SILENCE_MS = 30_000;
const END_MS = 500;

export interface WebServerOptions {
  readonly address: ListenAddress;
  /** What a request has to bring. */
  readonly token: string | undefined;
  /** The same, if there is none and other machines can reach the address. */
  readonly spareToken: string;
  /** Where the files of the page lie. Undefined: no page, and no controls. */
  readonly page: URL | undefined;
  /** The process lives as long as the server. @default false */
  readonly isAlone?: boolean;
  /** Takes secrets out of messages. */
  readonly redact: (text: string) => string;
  /** Called once, for a defect in an answer. */
  readonly onDefect: (error: unknown) => void;
}

export interface WebServer {
  /** `http://127.0.0.1:8190/` */
  readonly url: string;
  /** What a request has to bring, if anything. A secret. */
  readonly token: string | undefined;
  /** Viewers now. */
  readonly viewers: number;
  /** What is watched from now on. */
  show(watch: Watch): void;
  /** Sends a last picture, and closes all connections. Takes half a second at most. */
  close(): Promise<void>;
}

/** Rejects with the error of the system when it cannot listen. */
export async function openWebServer(options: WebServerOptions): Promise<WebServer> {
  const { address, page, isAlone = false, redact } = options;
  let { token } = options;
  let watch: Watch | undefined;
  let isDefect = false;
  const onDefect = (error: unknown) => {
    if (!isDefect) options.onDefect(error);
    isDefect = true;
  };
  const viewers = new Viewers({ watch: () => watch, redact, hasPage: page !== undefined, onDefect });
  const routes = routesOf({
    watch: () => watch,
    viewers,
    redact,
    metrics: lazyMetrics(() => watch),
    page: page && readPageFiles(page),
  });
  /** Connections with an answer on its way. */
  const busy = new WeakSet<Socket>();
  const server = createServer(BOUNDS, (request, response) => {
    const { socket } = request;
    // Browsers wait for an answer before they ask again. Who does not could make us keep a thousand answers.
    if (busy.has(socket)) return void socket.destroy();
    busy.add(socket);
    response.on('close', () => busy.delete(socket));
    answerRequest(request, response, { routes, token, onDefect });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.timeout = SILENCE_MS;
  server.on('connection', (socket) => socket.unref());
  const bound = await listen(server, address);
  // No request is read before this function goes on, so none sees the server without its token.
  if (!isLoopbackHost(address.host) || !isLoopback(bound.address)) token ??= options.spareToken;
  // Where no file can be opened, a connection is not accepted. That is no reason to end the job.
  server.on('error', () => {});
  if (!isAlone) server.unref();
  return {
    url: `http://${addressText({ host: nameOf(address, bound), port: bound.port })}/`,
    token,
    get viewers() {
      return viewers.size;
    },
    show(found) {
      watch = found;
      viewers.tick();
    },
    async close() {
      viewers.end();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await within(END_MS, closed, () => server.closeAllConnections());
    },
  };
}

/** `0.0.0.0` is no place to go to. */
function nameOf({ host }: ListenAddress, { address }: AddressInfo): string {
  if (host === '' || address === '::' || address === '0.0.0.0') return hostname();
  return host;
}

function listen(server: Server, { host, port }: ListenAddress): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host !== '' && { host }) }, () => {
      server.off('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

/** Few runs are asked for metrics, so the packages for them are loaded at the first request. */
function lazyMetrics(watch: () => Watch | undefined): () => Promise<Answer> {
  let metrics: Promise<{ answer(): Promise<Answer> }> | undefined;
  return async () => {
    metrics ??= import('./metrics/metrics.js').then(({ createMetrics }) => createMetrics(watch));
    return (await metrics).answer();
  };
}

interface Answering {
  readonly routes: ReadonlyMap<string, Route>;
  readonly token: string | undefined;
  readonly onDefect: (error: unknown) => void;
}

function answerRequest(request: IncomingMessage, response: ServerResponse, answering: Answering): void {
  const { routes, token, onDefect } = answering;
  const { method = '', url = '' } = request;
  const route = routes.get(url.replace(/\?.*$/s, ''));
  const asked = route ?? { isPublic: true, isControl: false };
  const wrong = wrongMethod(method, route) ?? refusalOf(request, asked, token);
  if (wrong !== undefined || route === undefined) {
    refuse(request, response, wrong ?? { status: 404, text: say.web.notFound });
    return;
  }
  // What is thrown must not end the job.
  const fail = (error: unknown) => {
    onDefect(error);
    if (response.headersSent) response.destroy();
    else refuse(request, response, { status: 500, text: say.web.failed });
  };
  try {
    route.handle(request, response)?.catch(fail);
  } catch (error) {
    fail(error);
  }
}

function wrongMethod(method: string, route: Route | undefined) {
  const allowed = route === undefined ? ['GET', 'HEAD', 'POST'] : route.method === 'GET' ? ['GET', 'HEAD'] : ['POST'];
  if (allowed.includes(method)) return undefined;
  return { status: 405, text: say.web.wrongMethod(allowed), headers: { allow: allowed.join(', ') } };
}
