/** The port for sources. One scheme = one folder = one factory. */

import type { TransferError } from '../errors.js';
import type { ActiveRequest } from '../http/client.js';
import type { Contact } from '../http/contact.js';
import type { MemoryHolder } from '../lib/http1/transport.js';
import type { Reject } from '../model/batch.js';
import type { ContentDigest } from '../model/digest.js';
import type { ObjectEntry } from '../model/entry.js';
import type { InputLine } from '../model/line.js';
import type { KnownVersion, Validators } from '../model/urls/known-version.js';
import type { Diagnosis } from './diagnosis.js';

/** One page of one scope, as the server sent it. */
export interface ListedPage {
  readonly entries: readonly ObjectEntry[];
  /** Listed names that no key can fetch. */
  readonly rejects: Reject[];
  /** Keys of the folders directly below, relative to SOURCE. */
  readonly directories: string[];
  /**
   * Further scopes that are no folders, such as ranges of keys: texts that only this source reads, of up to 4,096 bytes.
   * Each is listed once, as `listPage(text, undefined)`. They hold none of the rows of this page. The same request gives
   * the same scopes while the bucket does not change. @default none
   */
  readonly scopes?: readonly string[] | undefined;
  /** Where the scope continues; undefined after its last page. Opaque. */
  readonly nextCursor: string | undefined;
  readonly doubt?: PageDoubt | undefined;
}

/** The same page from a source, which may leave out empty fields. */
export type PageAnswer = Pick<ListedPage, 'entries'> & Partial<ListedPage>;

/** Part of a page could not be read. The given rows are certain, but others are missing. */
export interface PageDoubt {
  readonly error: TransferError;
  /** Whether `nextCursor` is right; if not, the continuation of the scope is unknown. */
  readonly isEndKnown: boolean;
}

/** An object's body and the server's data about it. The body has one of the two forms. */
export interface FetchedObject {
  /** The known version is the one of today; there is no body. */
  readonly isUnchanged?: true;
  /** To ask later whether this version is still the one of today. */
  readonly validators?: Validators | undefined;
  /** Bytes of the body, if announced. */
  readonly size?: number | undefined;
  /** MD5 that the body must have, lower-case hex, if the server sent one. */
  readonly md5?: string | undefined;
  /** Another digest of the whole body, if the server sent one. Compared where there is no MD5. */
  readonly digest?: ContentDigest | undefined;
  readonly etag?: string | undefined;
  /** The etag stands for these very bytes, so that it proves that the rest of a body is that of the same one. @default false */
  readonly isEtagStrong?: boolean | undefined;
  readonly lastModifiedMs?: number | undefined;
  /** The complete body, if it is small. The source does not use its memory any more … */
  readonly bytes?: Uint8Array | undefined;
  /** … or its pieces, read once and in order. The source may reuse the memory of a piece for the next one. */
  readonly stream?: BodyPieces | undefined;
}

export interface BodyPieces extends AsyncIterable<Uint8Array> {
  /** Cancels the rest. @default the iterator is returned, if it has begun */
  abort?(reason: TransferError): void;
}

/** What arrived of a body, and the data of the whole one. */
export interface BrokenBody {
  readonly fromBytes: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/**
 * A place to copy from. Three members are required; the optional ones are further abilities. All methods reject with a
 * TransferError; its code says whether to retry. No method retries by itself.
 */
export interface Source {
  /** For messages, and for the job's own files: `upyun://bucket/prefix`. Another tree has another url. */
  readonly url: string;
  /**
   * Fetches one object. A small body is complete when this resolves, and may be in the holder's memory. After this
   * settles the source does not write to that memory. `known`: the version that is stored; it need not be given again.
   */
  get(entry: ObjectEntry, memory?: MemoryHolder, known?: KnownVersion): Promise<FetchedObject>;
  /** Aborts everything in flight and closes all connections. Each job closes its source at its end. */
  close(): Promise<void>;
  /** Undefined = the source cannot list, only fetch by key. */
  readonly lister?: Lister | undefined;
  /**
   * The rest of a body that broke off after `fromBytes`. Rejects with ERR_CHANGED unless the server proves that it is
   * the rest of the same body. @default the body is fetched again from its beginning
   */
  getRest?(entry: ObjectEntry, broken: BrokenBody): Promise<BodyPieces>;
  /**
   * A server other than the lister's answered 404 with this error. Asks the lister's server for the true error: the
   * same one if it confirms. Undefined if one server does both.
   */
  readonly confirm?: ((entry: ObjectEntry, error: TransferError) => Promise<TransferError>) | undefined;
  /** For a 404 of unknown origin ({@link TransferError.isUnvouched}): rejects unless it can come from this source. */
  readonly witness?: ((error: TransferError) => Promise<void>) | undefined;
  /**
   * The MD5 of the content, if an ETag of this source is one: lower-case hex. (On many stores an ETag of 32 hex digits is
   * not always an MD5.) @default an ETag is no MD5
   */
  md5OfEtag?(etag: string): string | undefined;
  /**
   * MD5 of the object at the source (lower-case hex), or another digest of it. The body is fetched only if no header has
   * one.
   */
  digest?(entry: ObjectEntry): Promise<string | ContentDigest | undefined>;
  /** Bytes in all of SOURCE, if the server can tell; a hint for progress only. */
  usageBytes?(): Promise<number | undefined>;
  /** Undefined = its objects have no URLs. */
  readonly urls?: Urls | undefined;
  /** What it has found out about its server, for the next run of a job. @default nothing */
  readonly learnt?: Learnt | undefined;
  /** What only the source can tell `sluice doctor` of its server. */
  readonly diagnosis?: Diagnosis | undefined;
  /** Undefined = one server gives all objects. */
  readonly origins?: Origins | undefined;
  /**
   * Reads a line of the input of `fetch`; undefined for an empty one. A line with a `problem` (no UTF-8, too long) is a bad
   * one. @default NDJSON with a key, or a bare key
   */
  readonly readLine?: ((line: string, problem?: string) => InputLine | undefined) | undefined;
  /** Undefined = nothing is known about connections. */
  readonly connections?: Connections | undefined;
}

/** What a source has found out about its server, and would have to find out again: a text of up to 1 kB that only it reads. */
export interface Learnt {
  /** What an earlier run found out: before any request. Anything that does not fit is ignored. */
  restore(text: string): void;
  /** Calls this with the text now, if there is one, and whenever it changes. */
  watch(onLearnt: (text: string) => void): void;
}

/** The abilities of a source that can list. */
export interface Lister {
  /** Its scopes are folders. Then an input line that names a scope of another kind is taken for a key. @default false */
  readonly onlyFolders?: true;
  /** Whether a text is a scope of its own, as its pages name them. @default all texts are, or with `onlyFolders` none */
  knowsScope?(text: string): boolean;
  /**
   * Lists one page. `scope` is the key of a folder relative to SOURCE, '' for SOURCE itself, or one of the texts that an
   * earlier page has named as its `scopes`. `idle` tells, once the page has come, how many further scopes could be listed
   * at once, since nothing else waits to be listed: a lister that splits its scopes need name no more of them.
   */
  listPage(scope: string, cursor: string | undefined, idle?: () => number): Promise<PageAnswer>;
  /**
   * Whether the object or folder exists, by its own headers; `key` is relative to SOURCE. @default only listings can
   * tell
   */
  has?(key: string, kind: 'file' | 'folder'): Promise<boolean>;
}

/** What other programs fetch the objects by. */
export interface Urls {
  /** Percent-encoded as this source sends it, so without white space and line ends. */
  of(entry: ObjectEntry): string;
  /** A URL has a signature, and is good for so long. Undefined = for ever. */
  readonly validMs?: number | undefined;
}

/** The servers of a source that has many. Each gets a pacer, and limits and outages of its own. */
export interface Origins {
  /** The server that is asked for the object: `https://host:port`. The same for the same entry. */
  of(entry: ObjectEntry): string;
  /**
   * As `get`, but asks this one server only: where it redirects to another one, that one is asked by its own pacer.
   * @default `get` asks one server only
   */
  get?(entry: ObjectEntry, memory?: MemoryHolder, known?: KnownVersion): Promise<FetchedObject | Redirected>;
  /** Nothing is in flight to this server: closes its connections, and forgets it. The next request connects again. */
  close(origin: string): void;
  /**
   * The object as one line of a file that only this source reads; undefined where the line would hold a secret. So objects
   * of a server that is slow can wait outside of memory. @default reading waits for the slowest server
   */
  readonly lines?: OriginLines | undefined;
}

/** `asked`: what {@link Redirected} has named. */
export interface OriginLines {
  write(entry: ObjectEntry, asked?: ObjectEntry): string | undefined;
  read(line: string): { readonly entry: ObjectEntry; readonly asked?: ObjectEntry | undefined };
}

/** Another server has the object: the entry by which that one is asked. */
export interface Redirected {
  readonly redirectedTo: ObjectEntry;
}

/** The connections of a source, for callers outside. */
export interface Connections {
  /** The server for this kind of request, and the option that names it. */
  contactOf(of: 'listings' | 'objects'): { readonly option: string; readonly contact: Contact };
  /** Requests in flight, oldest first. */
  active(): ActiveRequest[];
  /** How many requests are in flight at servers that have answered before. */
  moving(): number;
  /** Opens all connections again; requests in flight fail and are retried. */
  recycle(): Promise<void>;
  /** Closes idle connections, so that other work can use their files. */
  closeIdle?(): void;
  /** From now on `listener` gets each answer: milliseconds from the request to the first byte. @default nothing is known */
  onAnswer?(listener: (tookMs: number) => void): void;
}
