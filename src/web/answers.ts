/** Answers of the dashboard's server, with the headers that all of them have. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The page may load only its own files, no other site may frame or embed it, and no cache keeps an answer. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

export const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** What a request gets instead of what it asked for. */
export interface Refusal {
  readonly status: number;
  /** For people. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer(
  response: ServerResponse,
  { status = 200, type, body, headers }: Answer & { headers?: Readonly<Record<string, string>> },
): void {
  const length = { 'content-length': Buffer.byteLength(body) };
  // (To HEAD, Node sends no body.)
  response.writeHead(status, { ...HEADERS, 'content-type': type, ...length, ...headers }).end(body);
}

export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly type: string;
  readonly body: string | Buffer;
}

export function answerJson(response: ServerResponse, json: string): void {
  answer(response, { type: JSON_TYPE, body: json });
}

/** Nothing of a body that may follow is read: the connection ends. */
export function refuse(request: IncomingMessage, response: ServerResponse, { status, text, headers }: Refusal): void {
  const isBodyLeft = request.method === 'POST' && !request.complete;
  const more = { ...headers, ...(isBodyLeft && { connection: 'close' }) };
  answer(response, { status, type: TEXT, body: `${text}\n`, headers: more });
}

/** Begins an answer that goes on until one side ends it. */
export function beginStream(response: ServerResponse): void {
  const headers = { 'content-type': EVENT_STREAM, connection: 'close' };
  // (A proxy such as nginx would collect the events.)
  response.writeHead(200, { ...HEADERS, ...headers, 'x-accel-buffering': 'no' });
  response.flushHeaders();
}
