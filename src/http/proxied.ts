/** Through a proxy requests go by undici, which knows how: CONNECT for what is encrypted, names and passwords. */
import { createRequire } from 'node:module';
import { rootCertificates } from 'node:tls';
import type { ProxyAgent } from 'undici';
import type { PoolOptions } from './pool.js';
import { type AnswerHandler, NO_FLOW, type Transport, type WireRequest } from './transport.js';

/** As with our own connections. */
const CONNECTION_LIFE_MS = 15 * 60_000;

export class Proxied implements Transport {
  readonly #origin: string;
  readonly #agent: Promise<ProxyAgent>;
  #death: Error | undefined;

  /** `proxy` is a URL and may hold a name and a password. */
  constructor({ proxy, ...options }: PoolOptions & { proxy: string }) {
    this.#origin = options.origin;
    this.#agent = openAgent(proxy, options);
    // Whoever asks for something is told.
    this.#agent.catch(() => {});
  }

  dispatch(request: WireRequest, handler: AnswerHandler): void {
    this.#agent
      .then((agent) => {
        if (this.#death !== undefined) throw this.#death;
        agent.dispatch({ origin: this.#origin, ...request }, handler);
      })
      .catch((error) => handler.onResponseError(NO_FLOW, error));
  }

  /** Those are undici's, which closes them after a few seconds. */
  closeIdle(): void {}

  async destroy(reason: Error): Promise<void> {
    this.#death ??= reason;
    await this.#agent.then((agent) => agent.destroy(reason)).catch(() => {});
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
