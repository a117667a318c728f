/** Requests through a proxy use undici: it supports CONNECT for TLS, and user names and passwords. */
import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import { rootCertificates } from 'node:tls';
import type { ProxyAgent } from 'undici';
import { checkCoding } from '../lib/http1/framing.js';
import type { PoolOptions } from '../lib/http1/pool.js';
import { isClosing, Reuse } from '../lib/http1/reuse.js';
import { type AnswerHandler, type Flow, NO_FLOW, type Transport, type WireRequest } from '../lib/http1/transport.js';

/** The same as for Sluice's own connections. */
const CONNECTION_LIFE_MS = 15 * 60_000;
/** undici chooses the connection, and its next choice may be closed, too. */
const REPEATS = 3;
const ANSWERS_OF_KEPT = 20;

export class Proxied implements Transport {
  readonly #origin: string;
  readonly #agent: Promise<ProxyAgent>;
  readonly #reuse = new Reuse();
  /** An answer arrived, so undici may keep connections. */
  #hasAnswered = false;
  /** Answers since the last lost request. */
  #answers = 0;
  #death: Error | undefined;

  /** `proxy` is a URL and may contain a user name and a password. */
  constructor({ proxy, ...options }: PoolOptions & { proxy: string }) {
    this.#origin = options.origin;
    this.#agent = openAgent(proxy, options);
    // Each request gets this error itself.
    this.#agent.catch(() => {});
  }

  dispatch(request: WireRequest, handler: AnswerHandler): void {
    this.#send(request, handler, 0);
  }

  /** undici closes its idle connections after a few seconds. */
  closeIdle(): void {}

  async destroy(reason: Error): Promise<void> {
    this.#death ??= reason;
    await this.#agent.then((agent) => agent.destroy(reason)).catch(() => {});
  }

  #send(request: WireRequest, handler: AnswerHandler, repeats: number): void {
    const first = this.#hasAnswered ? this.#listener(request, handler, repeats) : new Listener(handler, this.#onAnswer);
    this.#agent
      .then((agent) => {
        if (this.#death !== undefined) throw this.#death;
        // Asks undici to close the connection afterwards, when keeping it does not pay.
        const reset = repeats > 0 || !this.#reuse.isWorthIt;
        agent.dispatch({ origin: this.#origin, ...request, ...(reset && { reset }) }, first);
      })
      .catch((error) => handler.onResponseError(NO_FLOW, error));
  }

  /** Repeats a request whose kept connection was closed before any byte of the answer (RFC 9112, 9.3.1). */
  #listener(request: WireRequest, handler: AnswerHandler, repeats: number): AnswerHandler {
    return new Listener(handler, this.#onAnswer, (error) => {
      if (this.#death !== undefined || !isClosing(error) || repeats >= repeatsFor(error)) return false;
      this.#reuse.dropped();
      this.#answers = 0;
      setImmediate(() => this.#send(request, handler, repeats + 1));
      return true;
    });
  }

  readonly #onAnswer = (): void => {
    this.#hasAnswered = true;
    // undici does not tell the connection of an answer. So many answers in a row cannot all be the first of their
    // connection.
    this.#reuse.answered(++this.#answers > ANSWERS_OF_KEPT);
  };
}

/** Only some errors tell whether their connection received anything before; a tunnel always did. */
function repeatsFor(error: Error): number {
  const { socket } = error as { socket?: { bytesRead?: number } };
  if (socket?.bytesRead === undefined) return 1;
  return socket.bytesRead > 0 ? REPEATS : 0;
}

/** Passes events on, and remembers whether any answer began. */
class Listener implements AnswerHandler {
  readonly #handler: AnswerHandler;
  readonly #onAnswer: () => void;
  readonly #isRepeated: (error: Error) => boolean;
  #isUntouched = true;

  constructor(handler: AnswerHandler, onAnswer: () => void, isRepeated: (error: Error) => boolean = () => false) {
    this.#handler = handler;
    this.#onAnswer = onAnswer;
    this.#isRepeated = isRepeated;
  }

  onRequestStart(): void {
    this.#handler.onRequestStart();
  }

  onResponseStart(flow: Flow, status: number, headers: IncomingHttpHeaders): void {
    this.#isUntouched = false;
    // undici ignores a transfer coding that it does not know.
    checkCoding(headers);
    this.#handler.onResponseStart(flow, status, headers);
  }

  onResponseData(flow: Flow, chunk: Buffer): void {
    this.#handler.onResponseData(flow, chunk);
  }

  onResponseEnd(flow: Flow): void {
    this.#onAnswer();
    this.#handler.onResponseEnd(flow);
  }

  onResponseError(flow: Flow, error: Error): void {
    if (this.#isUntouched && this.#isRepeated(error)) return;
    this.#handler.onResponseError(flow, error);
  }
}

/** Loaded on demand: most runs have no proxy, and undici has a hundred modules. */
async function openAgent(proxy: string, options: PoolOptions): Promise<ProxyAgent> {
  // With `import`, parallel to other modules, its exports are sometimes undefined (Node 20); with `require` they are
  // not.
  const { ProxyAgent } = createRequire(import.meta.url)('undici') as typeof import('undici');
  const { origin, connections, connectTimeoutMs, timeoutMs, ca, isInsecure } = options;
  const connect = {
    timeout: connectTimeoutMs,
    // `ca` alone would replace all other certificates.
    ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
    ...(isInsecure && { rejectUnauthorized: false }),
  };
  return new ProxyAgent({
    uri: proxy,
    connections,
    pipelining: 1,
    clientTtl: CONNECTION_LIFE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    // Proxies tunnel TLS, and many of them tunnel nothing else.
    proxyTunnel: origin.startsWith('https:'),
    requestTls: connect,
    proxyTls: { timeout: connect.timeout, ...(connect.ca && { ca: connect.ca }) },
  });
}
