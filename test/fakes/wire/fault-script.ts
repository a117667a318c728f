// The script of misbehaviour: rules that say which requests go wrong, how often, and in which way.

import { parentOf } from '../buckets/bucket.js';
import { hash32 } from '../buckets/procedural-body.js';
import type { ListFault } from './list-faults.js';
import type { RequestKind, View } from './request-log.js';

/** What goes wrong. Fields can be combined; the effects before the answer come first. */
export interface FaultAction {
  /** Waits before anything else. */
  readonly delayMs?: number;
  /** The same, until the test lets it go on. */
  readonly waitFor?: Promise<unknown>;
  readonly stallBeforeHeaders?: boolean;
  /** A TCP reset in place of an answer. */
  readonly resetBeforeHeaders?: boolean;
  /** The server's clock is off: in the Date header and in the check of signatures. */
  readonly dateSkewMs?: number;
  readonly status?: StatusFault | number;
  /** 200, but the body is an error message. */
  readonly okWithErrorJson?: boolean;
  readonly okWithHtml?: boolean;
  /** 404, as if deleted after it was listed. */
  readonly gone?: boolean;
  /** The object was overwritten after it was listed: other size, bytes, digest and mtime. */
  readonly changed?: boolean;
  /** A listing in place of an object. */
  readonly folderListing?: boolean;
  /** So many bytes more than the listing says, announced in Content-Length. */
  readonly tooLongByBytes?: number;
  /** Right length and digest, other bytes. */
  readonly wrongBytes?: boolean;
  readonly wrongEtag?: boolean;
  /** Answers 200 with everything to a Range request. */
  readonly ignoreRange?: boolean;
  readonly gzipUnasked?: boolean;
  /** The next three keep the full Content-Length, and never let a whole body pass. */
  readonly resetAfterBytes?: number;
  readonly stallAfterBytes?: number;
  readonly truncateAfterBytes?: number;
  readonly trickleBytesPerSecond?: number;
  /** For listings only. */
  readonly listing?: ListFault;
}

export interface StatusFault {
  readonly status: number;
  /** Upyun's code. @default the first one of the status: 42900001 for 429 */
  readonly code?: number;
  readonly retryAfterSeconds?: number;
  /** @default 'json' */
  readonly body?: 'json' | 'html' | 'empty';
}

/** All that are given must hold. */
export interface FaultMatch {
  readonly kind?: RequestKind;
  /** The decoded key, or a pattern for it. */
  readonly key?: string | RegExp;
  /** The directory that is listed, or that the object lies in; '' is the root. */
  readonly directory?: string;
  readonly view?: View;
  readonly method?: string;
}

export interface Fault {
  /** @default every request */
  readonly match?: FaultMatch;
  readonly action: FaultAction;
  /** How many matching requests go wrong. @default Infinity */
  readonly times?: number;
  /** How many matching requests pass first. @default 0 */
  readonly after?: number;
  /** Counts `times` and `after` for each key, not in total. */
  readonly perKey?: boolean;
  /** Chance of each match to go wrong, 0 to 1; decided by seed, key (with `perKey`) and number of the match. */
  readonly probability?: number;
  readonly seed?: number;
}

/** What a rule can look at. */
export interface FaultSubject {
  readonly kind: RequestKind;
  readonly key: string;
  readonly view: View;
  readonly method: string;
}

const NO_FAULT: FaultAction = Object.freeze({});

interface Counts {
  seen: number;
  fired: number;
}

export class FaultScript {
  readonly #rules = new Map<Fault, Map<string, Counts>>();

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  /** Adds a rule and returns it, for `remove` and `fired`. */
  add(fault: Fault): Fault {
    this.#rules.set(fault, new Map());
    return fault;
  }

  remove(fault: Fault): void {
    this.#rules.delete(fault);
  }

  clear(): void {
    this.#rules.clear();
  }

  /** How often a rule has struck. */
  fired(fault: Fault): number {
    let total = 0;
    for (const counts of this.#rules.get(fault)?.values() ?? []) total += counts.fired;
    return total;
  }

  /** Everything that happens to this request; where two rules say the same thing the older one wins. */
  take(subject: FaultSubject): FaultAction {
    let action = NO_FAULT;
    for (const [fault, counts] of this.#rules) {
      if (matches(fault.match, subject) && strikes(fault, counts, subject)) action = { ...fault.action, ...action };
    }
    return action;
  }
}

function matches(match: FaultMatch | undefined, { kind, key, view, method }: FaultSubject): boolean {
  if (!match) return true;
  if (match.kind !== undefined && match.kind !== kind) return false;
  if (match.view !== undefined && match.view !== view) return false;
  if (match.method !== undefined && match.method !== method) return false;
  if (typeof match.key === 'string' && match.key !== key) return false;
  if (match.key instanceof RegExp && key.search(match.key) < 0) return false;
  return match.directory === undefined || withSlash(match.directory) === directoryOf(kind, key);
}

function strikes(fault: Fault, counts: Map<string, Counts>, subject: FaultSubject): boolean {
  const { times = Infinity, after = 0, perKey = false, probability = 1, seed = 1 } = fault;
  const scope = perKey ? subject.key : '';
  const count = counts.get(scope) ?? { seen: 0, fired: 0 };
  counts.set(scope, count);
  count.seen += 1;
  if (count.seen <= after || count.fired >= times) return false;
  if (probability < 1 && chance(seed, scope, count.seen) >= probability) return false;
  count.fired += 1;
  return true;
}

function chance(seed: number, scope: string, number: number): number {
  let mixed = hash32(seed, number);
  for (let i = 0; i < scope.length; i++) mixed = hash32(mixed, scope.charCodeAt(i));
  return mixed / 0x1_0000_0000;
}

function directoryOf(kind: RequestKind, key: string): string {
  return kind === 'list' || kind === 'usage' ? withSlash(key) : parentOf(key);
}

function withSlash(directory: string): string {
  return directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
}
