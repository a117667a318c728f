/** The connections of a list of URLs: a client for each origin, as many as are in use. */
import { ConfigError } from '../../errors.js';
import { Client, type ClientOptions } from '../../http/client.js';
import { say } from '../../texts/say.js';

/** Clients without requests that are kept. A further one closes the one that was used longest ago. */
const KEPT_CLIENTS = 256;

export type ClientsOptions = Omit<ClientOptions, 'origin' | 'proxy'> & {
  proxyFor?: ((origin: string) => string | undefined) | undefined;
};

export class Clients {
  readonly #options: ClientsOptions;
  /** Used last = last. */
  readonly #clients = new Map<string, Client>();
  readonly #closing = new Set<Promise<void>>();
  #isClosed = false;
  #onAnswer: Client['onAnswer'];

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** The client of an origin. */
  of(origin: string): Client {
    const known = this.#clients.get(origin);
    if (known !== undefined) {
      this.#clients.delete(origin);
      this.#clients.set(origin, known);
      return known;
    }
    if (this.#clients.size >= KEPT_CLIENTS) this.#dropOldest();
    const { proxyFor, ...options } = this.#options;
    const proxy = proxyFor?.(origin);
    // The proxy would connect, and nothing is known of the address.
    if (proxy !== undefined && options.accepts !== undefined) throw new ConfigError([say.urls.untrustedProxy]);
    const client = new Client({ ...options, origin, proxy });
    client.onAnswer = this.#onAnswer;
    if (this.#isClosed) void client.destroy();
    else this.#clients.set(origin, client);
    return client;
  }

  get all(): Client[] {
    return [...this.#clients.values()];
  }

  /** `listener` gets each answer of each of them. */
  listen(listener: (tookMs: number) => void): void {
    this.#onAnswer = listener;
    for (const client of this.all) client.onAnswer = listener;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#closing, ...this.all.map((client) => client.destroy())]);
  }

  /** Closes the connections of an origin, if no request is in flight. */
  drop(origin: string): void {
    const client = this.#clients.get(origin);
    if (client === undefined || isBusy(client)) return;
    this.#clients.delete(origin);
    const closing = client.destroy().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #dropOldest(): void {
    for (const [origin, client] of this.#clients) {
      if (isBusy(client)) continue;
      this.drop(origin);
      return;
    }
  }
}

function isBusy({ active }: Client): boolean {
  for (const _ of active) return true;
  return false;
}
