/**
 * Sends a request to one origin and receives its answer: over connections of its own or, through a proxy, over
 * undici's.
 */
import type { IncomingHttpHeaders } from 'node:http';

export interface WireRequest {
  readonly method: 'GET' | 'HEAD';
  /** The request target exactly as it is sent. */
  readonly path: string;
  /** Sent in addition to Host and Connection. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Controls an answer that is arriving. Does nothing once the answer has ended. */
export interface Flow {
  pause(): void;
  resume(): void;
  /** Closes the connection; the handler gets the reason as its error. */
  abort(reason: Error): void;
}

/** For a request without a connection. */
export const NO_FLOW: Flow = { pause: () => {}, resume: () => {}, abort: () => {} };

/** Memory for bodies: what was read into it needs no copy. */
export interface BodyMemory {
  /** Memory with arbitrary content, to be freed; undefined if none is free. */
  allocate(bytes: number): Uint8Array<SharedArrayBuffer> | undefined;
  free(memory: Uint8Array<SharedArrayBuffer>): void;
}

/** Holds the memory of one body while the body is in use. */
export interface MemoryHolder {
  /** Memory with arbitrary content, of that length; undefined if none is free. Frees the memory held before. */
  allocate(bytes: number): Uint8Array | undefined;
  /** Takes over memory that already has the body in it. */
  adopt(memory: Uint8Array<SharedArrayBuffer>): void;
}

/**
 * Receives one answer, in this order. Either the end or the error comes, once. An exception thrown here becomes the
 * error.
 */
export interface AnswerHandler {
  /** The request is being sent. */
  onRequestStart(): void;
  /** Also called for interim answers (1xx); they come first and have no body. */
  onResponseStart(flow: Flow, status: number, headers: IncomingHttpHeaders): void;
  /** The memory of `chunk` is reused as soon as this returns. */
  onResponseData(flow: Flow, chunk: Buffer): void;
  /**
   * Offers a body that arrived whole, instead of `onResponseData`. It is in `memory`. If this returns true, the handler
   * owns `memory` and must free it.
   */
  onWholeBody?(flow: Flow, body: Uint8Array, memory: Uint8Array<SharedArrayBuffer>): boolean;
  onResponseEnd(flow: Flow): void;
  onResponseError(flow: Flow, error: Error): void;
}

export interface Transport {
  dispatch(request: WireRequest, handler: AnswerHandler): void;
  /** Closes idle connections, if they are known. */
  closeIdle(): void;
  /**
   * Closes all connections at once; exchanges in flight fail with the reason. Resolves when all connections are closed.
   */
  destroy(reason: Error): Promise<void>;
}

/** Why an exchange failed, when there is no system error. */
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
  /** The server or this side closed the connection. */
  | 'WIRE_CLOSED'
  | 'WIRE_NOT_HTTP'
  /** The address of the host, which is the message, may not be connected to. */
  | 'WIRE_ADDRESS'
  /** The request cannot be encoded, for example because its path has a control character. */
  | 'WIRE_REQUEST';
