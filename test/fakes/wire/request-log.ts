// What the server remembers of its requests: counters of everything, and the newest requests in full.

import type { IncomingHttpHeaders } from 'node:http';

/** Which face of the service was asked: the REST API, or a bucket's CDN domain. */
export type View = 'rest' | 'cdn';

export type RequestKind = 'list' | 'get' | 'head' | 'usage' | 'other';

export interface RequestLogEntry {
  /** Order of arrival, from 1. */
  readonly at: number;
  readonly atMs: number;
  readonly view: View;
  readonly kind: RequestKind;
  readonly method: string;
  /** The request target as on the wire, with its query. */
  readonly rawPath: string;
  readonly bucket: string;
  /** Decoded and relative to the bucket; a listing's key may end with '/'. */
  readonly key: string;
  readonly headers: IncomingHttpHeaders;
  /** 0 until an answer has begun. */
  status: number;
  /** Body bytes handed to the socket. */
  bytesSent: number;
  /** Always true on the CDN, which asks for no signature. */
  authorised: boolean;
}

export interface Counters {
  total: number;
  list: number;
  get: number;
  head: number;
  usage: number;
  other: number;
  /** REST requests that were refused with 401 by the real check, not by a fault. */
  unauthenticated: number;
  /** Body bytes. */
  bytesSent: number;
  /** Answers by HTTP status. */
  statuses: Record<number, number>;
  /** TCP connections ever accepted. */
  connections: number;
  active: number;
  peakActive: number;
  activeGets: number;
  peakActiveGets: number;
  activeLists: number;
  peakActiveLists: number;
}

export class RequestLog {
  /** Oldest first. The array is always the same one. */
  readonly entries: RequestLogEntry[] = [];
  readonly counters: Counters = {
    total: 0,
    list: 0,
    get: 0,
    head: 0,
    usage: 0,
    other: 0,
    unauthenticated: 0,
    bytesSent: 0,
    statuses: {},
    connections: 0,
    active: 0,
    peakActive: 0,
    activeGets: 0,
    peakActiveGets: 0,
    activeLists: 0,
    peakActiveLists: 0,
  };
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  open(facts: Omit<RequestLogEntry, 'at' | 'status' | 'bytesSent' | 'authorised'>): RequestLogEntry {
    const counters = this.counters;
    counters.total += 1;
    counters[facts.kind] += 1;
    counters.active += 1;
    counters.peakActive = Math.max(counters.peakActive, counters.active);
    if (facts.kind === 'get') counters.peakActiveGets = Math.max(counters.peakActiveGets, ++counters.activeGets);
    if (facts.kind === 'list') counters.peakActiveLists = Math.max(counters.peakActiveLists, ++counters.activeLists);

    const entry = { at: counters.total, ...facts, status: 0, bytesSent: 0, authorised: facts.view === 'cdn' };
    if (this.#limit > 0) this.entries.push(entry);
    if (this.entries.length > this.#limit) this.entries.shift();
    return entry;
  }

  answered(entry: RequestLogEntry, status: number): void {
    entry.status = status;
    this.counters.statuses[status] = (this.counters.statuses[status] ?? 0) + 1;
  }

  sent(entry: RequestLogEntry, bytes: number): void {
    entry.bytesSent += bytes;
    this.counters.bytesSent += bytes;
  }

  close(entry: RequestLogEntry): void {
    this.counters.active -= 1;
    if (entry.kind === 'get') this.counters.activeGets -= 1;
    if (entry.kind === 'list') this.counters.activeLists -= 1;
  }
}
