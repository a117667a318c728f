/** What carries a request to one origin and its answer back; either our own connections or, through a proxy, undici's. */
import type { IncomingHttpHeaders } from 'node:http';

export interface WireRequest {
  readonly method: 'GET' | 'HEAD';
  /** The request target exactly as it goes over the wire. */
  readonly path: string;
  /** Sent besides Host and Connection. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What can be done to an answer that is coming. Does nothing once it has ended. */
export interface Flow {
  pause(): void;
  resume(): void;
  /** Closes the connection; the handler gets the reason as its error. */
  abort(reason: Error): void;
}

/** Of a request for which there is no connection. */
export const NO_FLOW: Flow = { pause: () => {}, resume: () => {}, abort: () => {} };

/** Memory that bodies may stay in: what was read into it need not be copied. */
export interface BodyMemory {
  /** Uncleared, to be given back; undefined when there is none. */
  allocate(bytes: number): Uint8Array<SharedArrayBuffer> | undefined;
  free(memory: Uint8Array<SharedArrayBuffer>): void;
}

/** Holds the memory of one body, for as long as the body is used. */
export interface MemoryHolder {
  /** Uncleared memory of that length, if there is any. What was held before is given up. */
  allocate(bytes: number): Uint8Array | undefined;
  /** The same with memory that the body lies in already. */
  adopt(memory: Uint8Array<SharedArrayBuffer>): void;
}

/** Told of one answer, in this order; either the end or the error comes, once. An exception from here is the error. */
export interface AnswerHandler {
  /** The request is on its way. */
  onRequestStart(): void;
  /** Interim answers (1xx) come here first, each of them without a body. */
  onResponseStart(flow: Flow, status: number, headers: IncomingHttpHeaders): void;
  /** The memory of `chunk` is used again as soon as this returns. */
  onResponseData(flow: Flow, chunk: Buffer): void;
  /**
   * Offers a body that has come as a whole, instead of `onResponseData`; it lies in `memory`, which becomes the handler's,
   * to be given back, when this returns true.
   */
  onWholeBody?(flow: Flow, body: Uint8Array, memory: Uint8Array<SharedArrayBuffer>): boolean;
  onResponseEnd(flow: Flow): void;
  onResponseError(flow: Flow, error: Error): void;
}

export interface Transport {
  dispatch(request: WireRequest, handler: AnswerHandler): void;
  /** Closes those that carry nothing, as far as they are known. */
  closeIdle(): void;
  /** Closes all connections at once; what is in flight fails with the reason. Resolves when nothing of them is left. */
  destroy(reason: Error): Promise<void>;
}

/** Why an exchange could not be carried, where no error of the system says so. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type WireErrorCode =
  | 'WIRE_CONNECT_TIMEOUT'
  | 'WIRE_HEAD_TIMEOUT'
  | 'WIRE_BODY_TIMEOUT'
  /** The server has closed the connection, or we have. */
  | 'WIRE_CLOSED'
  | 'WIRE_NOT_HTTP'
  /** The request cannot be written down, such as one with a control character in its path. */
  | 'WIRE_REQUEST';
