/** One request and its answer: no streams and few promises for small bodies, since most bodies of a job are small. */
import type { IncomingHttpHeaders } from 'node:http';
import { type ErrorCode, TransferError } from '../errors.js';
import { contentLength } from '../lib/http1/framing.js';
import type { AnswerHandler, Flow, MemoryHolder } from '../lib/http1/transport.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import { say } from '../texts/say.js';
import { BodyStream, concat } from './body.js';
import type { ActiveRequest, Client } from './client.js';
import { httpError, isCut } from './errors.js';

/** Reads an error page up to this size, so that the connection can be reused. */
const ERROR_BODY_BYTES = 64 * 1024;

/**
 * A body with a lower speed over a whole timeout has stopped, even if single bytes still arrive. A useful connection is
 * a hundred times as fast.
 */
const MINIMUM_BYTES_PER_SECOND = 1_024;

/** 100 Continue and 103 Early Hints come once or twice. */
const INTERIM_LIMIT = 100;

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Complete and of the announced length; in its own memory or in the holder's. */
  readonly bytes?: Uint8Array;
  /** Instead of `bytes`, for a large or unannounced length. At its end the length is checked against Content-Length. */
  readonly stream?: BodyStream;
}

export interface ExchangeRequest {
  /** @default GET */
  method?: 'GET' | 'HEAD' | undefined;
  /** The request target exactly as it is sent. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Names the request in errors. */
  what: string;
  /** The status with the body. @default 200 */
  status?: number | undefined;
  /** Stream the body at any length. */
  isStreamed?: boolean | undefined;
  /** Checks the headers of the expected answer before the body is read. An error from here ends the exchange. */
  inspect?: ((headers: IncomingHttpHeaders) => void) | undefined;
  /** Memory for a body with the expected status; not for a stream. */
  memory?: MemoryHolder | undefined;
  /** Collect a body of any announced length up to this limit. Without it large bodies become streams. */
  collectLimitBytes?: number | undefined;
}

/** Sends a request. Resolves with any HTTP status; rejects with a translated network error. */
export function exchange(client: Client, request: ExchangeRequest): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', path, headers } = request;
    const receiver = new Receiver(client, request, { resolve, reject });
    client.begin(receiver);
    client.dispatch({ method, path, headers }, receiver);
  });
}

interface Settlement {
  resolve: (exchange: Exchange) => void;
  reject: (error: TransferError) => void;
}

class Receiver implements AnswerHandler, ActiveRequest {
  readonly sinceMs = performance.now();
  phase: ActiveRequest['phase'] = 'queued';
  readonly #client: Client;
  readonly #request: ExchangeRequest;
  readonly #resolve: (exchange: Exchange) => void;
  readonly #reject: (error: TransferError) => void;
  #status = 0;
  #headers: IncomingHttpHeaders = {};
  #expected: number | undefined;
  #received = 0;
  #limit = 0;
  /** One allocation, filled in place. */
  #whole: Uint8Array | undefined;
  /** The announced length is known and small enough. */
  #isWhole = false;
  #interims = 0;
  /** Only where someone wants to know. */
  #sentMs: number | undefined;
  #chunks: Buffer[] = [];
  #stream: BodyStream | undefined;

  /** Start of the current speed measurement, and the bytes since then. */
  #measuredSinceMs = 0;
  #measuredBytes = 0;

  constructor(client: Client, request: ExchangeRequest, { resolve, reject }: Settlement) {
    this.#client = client;
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get what(): string {
    return this.#request.what;
  }

  get #wantedStatus(): number {
    return this.#request.status ?? 200;
  }

  get receivedBytes(): number {
    return this.#received;
  }

  get expectedBytes(): number | undefined {
    return this.#expected;
  }

  onRequestStart(): void {
    this.phase = 'sent';
    if (this.#client.onAnswer !== undefined) this.#sentMs = performance.now();
  }

  onResponseStart(flow: Flow, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      this.#interim(flow);
      return;
    }
    this.phase = 'body';
    this.#client.contact.hasAnswered = true;
    this.#measure();
    if (this.#sentMs !== undefined) this.#client.onAnswer?.(this.#measuredSinceMs - this.#sentMs);
    this.#status = status;
    this.#headers = headers;
    // An answer to HEAD announces the length of a body that is not sent.
    this.#expected = this.#request.method === 'HEAD' ? undefined : contentLength(headers);
    const isWanted = status === this.#wantedStatus;
    if (isWanted) this.#request.inspect?.(headers);
    this.#limit = isWanted ? (this.#request.collectLimitBytes ?? WHOLE_BODY_BYTES) : ERROR_BODY_BYTES;
    const isCollected = !isWanted || this.#request.collectLimitBytes !== undefined;
    const isStreamed = isWanted && this.#request.isStreamed === true;
    if (!isStreamed && this.#expected !== undefined && this.#expected <= this.#limit) {
      this.#isWhole = true;
    } else if (!isCollected) {
      this.#stream = new BodyStream(flow);
      this.#resolve({ status, headers, stream: this.#stream });
    }
  }

  onWholeBody(_flow: Flow, body: Uint8Array, memory: Uint8Array<SharedArrayBuffer>): boolean {
    const { memory: holder } = this.#request;
    if (!this.#isWhole || holder === undefined || this.#isRefusal()) return false;
    holder.adopt(memory);
    this.#received = body.length;
    this.#whole = body;
    return true;
  }

  onResponseData(flow: Flow, chunk: Buffer): void {
    if (this.#isWhole) this.#whole ??= this.#allocate();
    const offset = this.#received;
    this.#received += chunk.length;
    if (this.#isSlow(chunk.length)) {
      flow.abort(this.#tooSlow());
      return;
    }
    if (this.#stream !== undefined) {
      this.#stream.push(chunk);
    } else if (this.#received > (this.#whole?.length ?? this.#limit)) {
      if (this.#isRefusal()) this.#finish();
      flow.abort(this.#error('ERR_PROTOCOL', say.network.answer.tooLong(this.#whole?.length ?? this.#limit)));
    } else if (this.#whole !== undefined) {
      this.#whole.set(chunk, offset);
    } else {
      this.#chunks.push(Buffer.from(chunk));
    }
  }

  onResponseEnd(): void {
    this.#client.end(this);
    const isShort = this.#expected !== undefined && this.#received !== this.#expected;
    const error = isShort ? this.#truncated() : undefined;
    if (this.#stream !== undefined) this.#stream.end(error);
    else if (error !== undefined && !this.#isRefusal()) this.#reject(error);
    else this.#finish();
  }

  onResponseError(_flow: Flow, error: Error): void {
    this.#client.end(this);
    // A connection that breaks inside a body is the same error as a body that ends early.
    const isBroken = this.#received > 0 && isCut(error);
    const failure = isBroken ? this.#truncated(error) : httpError(error, this.#request.what, this.#client);
    this.#client.failed(failure);
    if (this.#stream !== undefined) this.#stream.end(failure);
    else if (this.#isRefusal()) this.#finish();
    else this.#reject(failure);
  }

  /** Not cleared: it is filled completely or dropped. */
  #allocate(): Uint8Array {
    const memory = this.#isRefusal() ? undefined : this.#request.memory?.allocate(this.#expected!);
    return memory ?? Buffer.allocUnsafeSlow(this.#expected!);
  }

  #measure(): void {
    this.#measuredSinceMs = performance.now();
    this.#measuredBytes = 0;
  }

  /** Silence has its own timeout; this check is for bytes that arrive too slowly. */
  #isSlow(bytes: number): boolean {
    const { timeoutMs } = this.#client;
    this.#measuredBytes += bytes;
    const nowMs = performance.now();
    if (nowMs - this.#measuredSinceMs < timeoutMs) return false;
    const isSlow = this.#measuredBytes < (MINIMUM_BYTES_PER_SECOND * (nowMs - this.#measuredSinceMs)) / 1000;
    this.#measure();
    return isSlow;
  }

  #tooSlow(): TransferError {
    const seconds = Math.round(this.#client.timeoutMs / 1000);
    return this.#error('ERR_TIMEOUT', say.network.answer.slow(MINIMUM_BYTES_PER_SECOND, seconds));
  }

  /** Each interim answer restarts the timeout, so their number has a limit. */
  #interim(flow: Flow): void {
    this.#interims++;
    if (this.#interims <= INTERIM_LIMIT) return;
    flow.abort(this.#error('ERR_PROTOCOL', say.network.answer.interim(INTERIM_LIMIT)));
  }

  /** The status alone shows a refusal. A page that is long, cut or stalled changes nothing. */
  #isRefusal(): boolean {
    return this.#status !== 0 && this.#status !== this.#wantedStatus;
  }

  #finish(): void {
    this.#resolve({ status: this.#status, headers: this.#headers, bytes: this.#whole ?? concat(this.#chunks) });
  }

  #truncated(cause?: Error): TransferError {
    return this.#error('ERR_TRUNCATED', say.network.answer.truncated(this.#received, this.#expected), cause);
  }

  #error(code: ErrorCode, why: string, cause?: Error): TransferError {
    return new TransferError(code, say.network.about(this.#request.what, why), { cause });
  }
}
