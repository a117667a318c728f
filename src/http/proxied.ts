/** Through a proxy requests go by undici, which knows how: CONNECT for what is encrypted, names and passwords. */
import type { IncomingHttpHeaders } from 'node:http';
import { createRequire } from 'node:module';
import { rootCertificates } from 'node:tls';
import type { ProxyAgent } from 'undici';
import { checkCoding } from '../lib/http1/framing.js';
import type { PoolOptions } from '../lib/http1/pool.js';
import { isClosing, Reuse } from '../lib/http1/reuse.js';
import { type AnswerHandler, type Flow, NO_FLOW, type Transport, type WireRequest } from '../lib/http1/transport.js';

/** As with our own connections. */
const CONNECTION_LIFE_MS = 15 * 60_000;
/** undici chooses the connection, and the next one that it chooses may have been closed, too. */
const REPEATS = 3;
const ANSWERS_OF_KEPT = 20;

export class Proxied implements Transport {
  readonly #origin: string;
  readonly #agent: Promise<ProxyAgent>;
  readonly #reuse = new Reuse();
  /** An answer has come, so that there may be kept connections. */
  #hasAnswered = false;
  /** Answers since one was dropped. */
  #answers = 0;
  #death: Error | undefined;

  /** `proxy` is a URL and may hold a name and a password. */
  constructor({ proxy, ...options }: PoolOptions & { proxy: string }) {
    this.#origin = options.origin;
    this.#agent = openAgent(proxy, options);
    // Whoever asks for something is told.
    this.#agent.catch(() => {});
  }

  dispatch(request: WireRequest, handler: AnswerHandler): void {
    this.#send(request, handler, 0);
  }

  /** Those are undici's, which closes them after a few seconds. */
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
        // The last word that a connection hears where keeping it is not worth while.
        const reset = repeats > 0 || !this.#reuse.isWorthIt;
        agent.dispatch({ origin: this.#origin, ...request, ...(reset && { reset }) }, first);
      })
      .catch((error) => handler.onResponseError(NO_FLOW, error));
  }

  /** Sends the request again where a kept connection was closed before anything of an answer came (RFC 9112, 9.3.1). */
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
    // Which connection it came over is undici's secret: so many in a row cannot all be the first ones.
    this.#reuse.answered(++this.#answers > ANSWERS_OF_KEPT);
  };
}

/** Only some errors tell whether their connection had brought anything before; a tunnel always has. */
function repeatsFor(error: Error): number {
  const { socket } = error as { socket?: { bytesRead?: number } };
  if (socket?.bytesRead === undefined) return 1;
  return socket.bytesRead > 0 ? REPEATS : 0;
}

/** Hands on what comes, and knows whether anything has. */
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
    // undici takes a coding that it does not know for none.
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

/** Most runs have no proxy, and undici is a hundred modules. */
async function openAgent(proxy: string, options: PoolOptions): Promise<ProxyAgent> {
  // Imported while other modules are, its exports are undefined now and then (Node 20): required, they are there.
  const { ProxyAgent } = createRequire(import.meta.url)('undici') as typeof import('undici');
  const { origin, connections, connectTimeoutMs, timeoutMs, ca, isInsecure } = options;
  const connect = {
    timeout: connectTimeoutMs,
    // Given alone it would take the place of all others.
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
    // Proxies tunnel what is encrypted, and many of them nothing else.
    proxyTunnel: origin.startsWith('https:'),
    requestTls: connect,
    proxyTls: { timeout: connect.timeout, ...(connect.ca && { ca: connect.ca }) },
  });
}
