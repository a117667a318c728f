// The smallest HTTP client that sends a path as it is given and reports what arrived, also when it did not all arrive.

import { Agent, request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { hmacSignature, passwordKey } from '../upyun/signature.js';

export interface RawAnswer {
  /** 0 when no answer came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
  /** Code of the error that ended it early. */
  readonly error?: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** Gives up on purpose when so many body bytes are there. */
  readonly hangUpAfterBytes?: number;
}

/** Never rejects. Every request has a connection of its own. */
export function rawRequest(origin: string, path: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const { method = 'GET', headers = {}, hangUpAfterBytes = Number.POSITIVE_INFINITY } = options;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status = 0;
    let received: IncomingHttpHeaders = {};
    const settle = (error?: Error) => {
      const body = Buffer.concat(chunks);
      const code = error && ((error as NodeJS.ErrnoException).code ?? error.message);
      resolve({ status, headers: received, body, text: body.toString(), error: code });
    };
    const req = httpRequest({ hostname, port, path, method, headers, agent: new Agent() }, (res) => {
      status = res.statusCode ?? 0;
      received = res.headers;
      let bytes = 0;
      const hangUpIfEnough = () => {
        if (bytes >= hangUpAfterBytes) req.destroy(new Error('hung up'));
      };
      res.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        hangUpIfEnough();
      });
      res.once('end', () => settle());
      res.once('error', settle);
      hangUpIfEnough();
    });
    req.on('error', settle);
    req.end();
  });
}

/** Date and Authorization for the default operator, or another one. */
export function signed(
  path: string,
  options: { method?: string; operator?: string; password?: string; nowMs?: number } = {},
): { date: string; authorization: string } {
  const { method = 'GET', operator = 'operator', password = 'password', nowMs = Date.now() } = options;
  const date = new Date(nowMs).toUTCString();
  const signature = hmacSignature(passwordKey(password), { method, uri: path, date });
  return { date, authorization: `UPYUN ${operator}:${signature}` };
}

/** A signed GET, with further headers. */
export function signedGet(origin: string, path: string, headers: OutgoingHttpHeaders = {}): Promise<RawAnswer> {
  return rawRequest(origin, path, { headers: { ...signed(path), ...headers } });
}

export interface ListedRow {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly mtimeSeconds: number;
}

export function parseRows(text: string): ListedRow[] {
  if (text === '') return [];
  return text.split('\n').map((row) => {
    const [name, type, size, mtime] = row.split('\t');
    return { name: name!, type: type!, size: Number(size), mtimeSeconds: Number(mtime) };
  });
}

/** All pages of a directory, by the rules: on with the cursor until the exact end marker. */
export async function listPages(
  origin: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  maxPages = 10_000,
): Promise<RawAnswer[]> {
  const pages: RawAnswer[] = [];
  let cursor: string | undefined;
  do {
    const page = await signedGet(origin, path, { ...headers, ...(cursor && { 'x-list-iter': cursor }) });
    pages.push(page);
    cursor = page.headers['x-upyun-list-iter'] as string | undefined;
  } while (cursor && cursor !== 'g2gCZAAEbmV4dGQAA2VvZg' && pages.length < maxPages);
  return pages;
}
