/** Headers of an answer that every kind of source reads in the same way. */
import type { IncomingHttpHeaders } from 'node:http';
import { contentLength } from '../lib/http1/framing.js';
import { parseHttpDate } from '../model/time.js';

/** A repeated header counts only if all values are equal. */
export function single(header: string | string[] | undefined): string | undefined {
  if (!Array.isArray(header)) return header;
  return header.every((value) => value === header[0]) ? header[0] : undefined;
}

/** Retry-After in seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now; undefined for anything else. */
export function retryAfterMs(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : parseHttpDate(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Whether a body with these headers is the rest of one of `sizeBytes`, from `fromBytes` on, as it is stored (RFC 9110, 14.4). */
export function isRest(
  headers: IncomingHttpHeaders,
  { fromBytes, sizeBytes }: { readonly fromBytes: number; readonly sizeBytes: number },
): boolean {
  if (single(headers['content-range']) !== `bytes ${fromBytes}-${sizeBytes - 1}/${sizeBytes}`) return false;
  if ((single(headers['content-encoding']) ?? 'identity') !== 'identity') return false;
  const length = contentLength(headers);
  return length === undefined || length === sizeBytes - fromBytes;
}
