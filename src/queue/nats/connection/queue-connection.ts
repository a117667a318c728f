/** The connection to the NATS server. The server may be away for any time: its callers only wait longer. */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection, NodeConnectionOptions, Status } from '@nats-io/transport-node';
import type { TransferError } from '../../../errors.js';
import { orAborted } from '../../../lib/waiting/or-aborted.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import { backoffMs } from '../../../pacing/backoff/backoff.js';
import { gone, isGone, isPassing, unusable } from './queue-errors.js';
import { whatListens } from './what-listens.js';

/** The address of the server and the credentials, read from their files. Sluice never prints the credentials. */
export interface QueueAccess {
  /** `nats://host:port` or `tls://host:port`, without credentials. */
  readonly servers: readonly string[];
  readonly token?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly nkeySeed?: Uint8Array | undefined;
  readonly creds?: Uint8Array | undefined;
  /** PEM. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
}

export interface QueueConnectionOptions {
  access: QueueAccess;
  /** Limit of the first connection. */
  connectTimeoutMs: number;
  /** Aborts all waits. */
  signal: AbortSignal;
  onAway?: (sinceMs: number) => void;
  onBack?: (awayMs: number) => void;
}

/** After this long without a reply, Sluice repeats a request. */
const ASK_TIMEOUT_MS = 5_000;
const PING_INTERVAL_MS = 5_000;
const RECONNECT_WAIT_MS = 250;

export class QueueConnection {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  readonly url: string;
  readonly #options: QueueConnectionOptions;
  readonly #onRestart: (() => void)[] = [];
  #awaySinceMs: number | undefined;
  #serverId: string;
  #failure: TransferError | undefined;
  #wake: (() => void)[] = [];

  private constructor(
    nc: NatsConnection,
    { js, jsm }: { js: JetStreamClient; jsm: JetStreamManager },
    options: QueueConnectionOptions,
  ) {
    this.nc = nc;
    this.js = js;
    this.jsm = jsm;
    this.url = options.access.servers.join(',');
    this.#options = options;
    this.#serverId = nc.info?.server_id ?? '';
    void this.#follow();
  }

  /** Waits for a server that is not up yet; does not retry after a refusal. Rejects with ERR_QUEUE. */
  static async connect(options: QueueConnectionOptions): Promise<QueueConnection> {
    const { connect } = await import('@nats-io/transport-node');
    const { jetstream, jetstreamManager } = await import('@nats-io/jetstream');
    const url = options.access.servers.join(',');
    const untilMs = performance.now() + options.connectTimeoutMs;
    const settings = await settingsOf(options.access);
    for (let attempt = 1; ; attempt++) {
      let nc: NatsConnection | undefined;
      try {
        const connecting = connect(settings);
        // Close a connection that opens after the abort.
        connecting.then((late) => (options.signal.aborted ? late.close() : undefined)).catch(() => {});
        nc = await orAborted(connecting, options.signal);
        const jsm = await jetstreamManager(nc, { timeout: ASK_TIMEOUT_MS });
        return new QueueConnection(nc, { js: jetstream(nc, { timeout: ASK_TIMEOUT_MS }), jsm }, options);
      } catch (error) {
        await nc?.close().catch(() => {});
        if (options.signal.aborted) throw error;
        const isFinal = !isPassing(error) || performance.now() >= untilMs;
        if (isFinal) throw unusable(url, error, { ...options.access, listens: await listensAt(options.access, error) });
        if (attempt === 1) options.onAway?.(Date.now());
        await sleep(Math.min(backoffMs(attempt), 2_000), options.signal);
      }
    }
  }

  /** Since when the server does not answer (wall-clock time). */
  get awaySinceMs(): number | undefined {
    return this.#awaySinceMs;
  }

  get isAway(): boolean {
    return this.#awaySinceMs !== undefined;
  }

  get maxPayloadBytes(): number {
    return this.nc.info?.max_payload ?? 1024 ** 2;
  }

  get serverId(): string {
    return this.nc.info?.server_id ?? '';
  }

  /** `least` is a version like `[2, 9, 10]`. */
  isAtLeast(least: readonly number[]): boolean {
    const version = (this.nc.info?.version ?? '').split(/[.-]/, 3).map(Number);
    for (const [index, number] of least.entries()) {
      const mine = version[index] ?? 0;
      if (mine !== number) return mine > number;
    }
    return true;
  }

  /** The listener is called after each connection to another server process. */
  onRestart(listener: () => void): void {
    this.#onRestart.push(listener);
  }

  /**
   * Retries `work` while the server is away; it has to be repeatable. Rejects with other errors of the server, with
   * ERR_QUEUE when the server refuses this client for good, and with the reason of `signal` when it aborts.
   */
  async ask<T>(work: () => Promise<T>, signal = this.#options.signal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      if (this.#failure !== undefined) throw this.#failure;
      try {
        return await work();
      } catch (error) {
        if (this.#failure !== undefined) throw this.#failure;
        if (signal.aborted) throw signal.reason;
        if (isGone(error)) throw gone(this.url);
        if (!isPassing(error)) throw error;
        await this.#pause(Math.min(backoffMs(attempt), 2_000), signal);
      }
    }
  }

  /** Sends one request of the server's API that its client library lacks. */
  request(subject: string, payload: string | Uint8Array, timeoutMs = ASK_TIMEOUT_MS): Promise<Msg> {
    return this.nc.request(subject, payload, { timeout: timeoutMs, noMux: true });
  }

  async close(): Promise<void> {
    // The last messages, above all acknowledgements, must leave the process; but the wait is limited.
    if (!this.isAway && !this.nc.isClosed()) {
      await Promise.race([this.nc.flush().catch(() => {}), sleep(CLOSE_TIMEOUT_MS)]);
    }
    await this.nc.close();
  }

  /** Waits `delayMs`; a reconnect ends the wait. */
  async #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    const back = new AbortController();
    const wake = () => back.abort();
    this.#wake.push(wake);
    await sleep(delayMs, AbortSignal.any([signal, back.signal])).catch(() => {});
    this.#wake = this.#wake.filter((one) => one !== wake);
  }

  async #follow(): Promise<void> {
    void this.nc.closed().then((error) => {
      if (!error) return;
      this.#failure = unusable(this.url, error, this.#options.access);
      this.#rouse();
    });
    for await (const status of this.nc.status()) this.#note(status);
  }

  #note(status: Status): void {
    const { type } = status;
    // The server does not answer a forbidden request: without this check every caller would wait.
    if (type === 'error' && status.error.name === 'PermissionViolationError') {
      this.#failure ??= unusable(this.url, status.error, this.#options.access);
      this.#rouse();
    }
    if (type === 'disconnect' && this.#awaySinceMs === undefined) {
      this.#awaySinceMs = Date.now();
      this.#options.onAway?.(this.#awaySinceMs);
    } else if (type === 'reconnect') {
      const sinceMs = this.#awaySinceMs;
      this.#awaySinceMs = undefined;
      if (sinceMs !== undefined) this.#options.onBack?.(Date.now() - sinceMs);
      if (this.serverId !== this.#serverId) {
        this.#serverId = this.serverId;
        for (const listener of this.#onRestart) listener();
      }
      this.#rouse();
    }
  }

  #rouse(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const CLOSE_TIMEOUT_MS = 2_000;

/** What listens at an address without a NATS reply. */
async function listensAt({ servers }: QueueAccess, error: unknown): Promise<string | undefined> {
  return ['TimeoutError', 'ConnectionError'].includes((error as Error).name) ? whatListens(servers[0]!) : undefined;
}

async function settingsOf({ servers, tls, ...access }: QueueAccess): Promise<NodeConnectionOptions> {
  const { credsAuthenticator, nkeyAuthenticator } = await import('@nats-io/transport-node');
  const { token, user, password, nkeySeed, creds } = access;
  const isTls = tls !== undefined || servers.some((server) => server.startsWith('tls://'));
  return {
    servers: servers.map((server) => server.replace(/^(nats|tls):\/\//, '')),
    name: 'sluice',
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    timeout: ASK_TIMEOUT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 3,
    noAsyncTraces: true,
    ...(isTls && { tls: { ...tls } }),
    ...(token !== undefined && { token }),
    ...(user !== undefined && { user, ...(password !== undefined && { pass: password }) }),
    ...(nkeySeed !== undefined && { authenticator: nkeyAuthenticator(nkeySeed) }),
    ...(creds !== undefined && { authenticator: credsAuthenticator(creds) }),
  };
}
