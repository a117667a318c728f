/** One request and its answer: no streams and few promises for the small bodies that make up the job. */
import type { IncomingHttpHeaders } from 'node:http';
import { TransferError } from '../errors.js';
import { contentLength } from '../lib/http1/framing.js';
import type { AnswerHandler, Flow, MemoryHolder } from '../lib/http1/transport.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import { BodyStream } from './body.js';
import type { ActiveRequest, Client } from './client.js';
import { httpError, isCut } from './errors.js';

/** An error page is read to its end, so that the connection can be used again, but not beyond this. */
const ERROR_BODY_BYTES = 64 * 1024;

/**
 * A body that brings less than this over the time of a whole timeout has stopped, whatever single bytes still come: a
 * connection that is worth keeping is a hundred times as fast.
 */
export const MINIMUM_BYTES_PER_SECOND = 1_024;

/** 100 Continue and 103 Early Hints come once or twice, if at all. */
const INTERIM_LIMIT = 100;

export interface Exchange {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Complete and of the promised length; memory of its own, or what the holder has. */
  readonly bytes?: Uint8Array;
  /** Instead of `bytes`, for a large or unannounced length; its length is checked against Content-Length at its end. */
  readonly stream?: BodyStream;
}

export interface ExchangeRequest {
  /** @default GET */
  method?: 'GET' | 'HEAD' | undefined;
  /** The request target exactly as it goes over the wire. */
  path: string;
  headers: Readonly<Record<string, string>>;
  /** Names the request in errors. */
  what: string;
  /** The status that brings the body. @default 200 */
  status?: number | undefined;
  /** The body comes as a stream, whatever its length. */
  isStreamed?: boolean | undefined;
  /** Looks at the headers of such an answer before the body is read; an error from here ends the exchange. */
  inspect?: ((headers: IncomingHttpHeaders) => void) | undefined;
  /** Where a body of the wanted status may lie; not for a stream. */
  memory?: MemoryHolder | undefined;
  /** Collect the body whatever its announced length, up to this limit; without it large bodies become streams. */
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
  #chunks: Buffer[] = [];
  #stream: BodyStream | undefined;

  /** When the present measurement of the speed began, and what has come since. */
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
  }

  onResponseStart(flow: Flow, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) {
      this.#interim(flow);
      return;
    }
    this.phase = 'body';
    this.#client.contact.hasAnswered = true;
    this.#measure();
    this.#status = status;
    this.#headers = headers;
    // The length that a HEAD is answered with is that of the body which does not come.
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
      flow.abort(new TransferError('ERR_PROTOCOL', `${this.#request.what}: the answer is far too long`));
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
    // A connection that breaks in the middle of a body is the same finding as a body that ends too early.
    const ours = this.#received > 0 && isCut(error) ? this.#truncated(error) : httpError(error, this.#request.what);
    this.#client.failed(ours);
    if (this.#stream !== undefined) this.#stream.end(ours);
    else if (this.#isRefusal()) this.#finish();
    else this.#reject(ours);
  }

  /** Filled to the last byte or thrown away, so it need not be cleared first. */
  #allocate(): Uint8Array {
    const memory = this.#isRefusal() ? undefined : this.#request.memory?.allocate(this.#expected!);
    return memory ?? Buffer.allocUnsafeSlow(this.#expected!);
  }

  #measure(): void {
    this.#measuredSinceMs = performance.now();
    this.#measuredBytes = 0;
  }

  /** Silence has a timeout of its own; this is about bytes that come, but too few of them. */
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
    const least = `less than ${MINIMUM_BYTES_PER_SECOND} bytes/s for ${Math.round(this.#client.timeoutMs / 1000)} s`;
    return new TransferError('ERR_TIMEOUT', `${this.#request.what}: the body is too slow, ${least}`);
  }

  /** Each of these starts the timeout again, so their number has to have an end. */
  #interim(flow: Flow): void {
    this.#interims++;
    if (this.#interims <= INTERIM_LIMIT) return;
    flow.abort(new TransferError('ERR_PROTOCOL', `${this.#request.what}: interim answers without end`));
  }

  /** What the server refuses is known from the status: its page is welcome, but a long, cut or stalled one changes nothing. */
  #isRefusal(): boolean {
    return this.#status !== 0 && this.#status !== this.#wantedStatus;
  }

  #finish(): void {
    this.#resolve({ status: this.#status, headers: this.#headers, bytes: this.#whole ?? concat(this.#chunks) });
  }

  #truncated(cause?: Error): TransferError {
    const promised = this.#expected === undefined ? '' : ` of ${this.#expected}`;
    const message = `${this.#request.what}: the body ended after ${this.#received}${promised} bytes`;
    return new TransferError('ERR_TRUNCATED', message, { cause });
  }
}

function concat(chunks: Buffer[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
