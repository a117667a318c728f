// An HTTP server that can be shut and opened again on its port, to play a service that dies for a while.

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

export class Listener {
  readonly #onRequest: RequestListener;
  readonly #onConnection: () => void;
  #server: Server | undefined;
  #port: number;
  readonly #host: string;

  /** Port 0 lets the system choose at first, and is kept from then on. */
  constructor(onRequest: RequestListener, onConnection: () => void, { port = 0, host = HOST } = {}) {
    this.#host = host;
    this.#onRequest = onRequest;
    this.#onConnection = onConnection;
    this.#port = port;
  }

  get origin(): string {
    return `http://${HOST}:${this.#port}`;
  }

  async open(): Promise<void> {
    // No time limits: a client of a fake may be as slow as its test likes, and idle connections must not vanish.
    const options = { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, keepAlive: true };
    const server = createServer(options, this.#onRequest);
    server.on('connection', this.#onConnection);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: this.#host, port: this.#port, backlog: 4096 }, resolve);
    });
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Stops listening and cuts all connections, also those in the middle of an answer. */
  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }
}
