/** The port for sources. One scheme = one folder = one factory. */

import type { TransferError } from '../errors.js';
import type { ActiveRequest } from '../http/client.js';
import type { Contact } from '../http/contact.js';
import type { MemoryHolder } from '../lib/http1/transport.js';
import type { Reject } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';

/** One page of one scope, as the server sent it. */
export interface ListedPage {
  readonly entries: ObjectEntry[];
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
  /** Bytes of the body, if announced. */
  readonly size?: number | undefined;
  /** MD5 that the body must have, lower-case hex, if the server sent one. */
  readonly md5?: string | undefined;
  readonly etag?: string | undefined;
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
   * settles the source does not write to that memory.
   */
  get(entry: ObjectEntry, memory?: MemoryHolder): Promise<FetchedObject>;
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
  /** MD5 of the object at the source, lower-case hex. The body is fetched only if no header has it. */
  digest?(entry: ObjectEntry): Promise<string | undefined>;
  /** Bytes in all of SOURCE, if the server can tell; a hint for progress only. */
  usageBytes?(): Promise<number | undefined>;
  /** Undefined = nothing is known about connections. */
  readonly connections?: Connections | undefined;
}

/** The abilities of a source that can list. */
export interface Lister {
  /** Its scopes are folders. Then an input line that names a scope of another kind is taken for a key. @default false */
  readonly onlyFolders?: true;
  /**
   * Lists one page. `scope` is the key of a folder relative to SOURCE, '' for SOURCE itself, or one of the texts that an
   * earlier page has named as its `scopes`.
   */
  listPage(scope: string, cursor: string | undefined): Promise<PageAnswer>;
  /**
   * Whether the object or folder exists, by its own headers; `key` is relative to SOURCE. @default only listings can
   * tell
   */
  has?(key: string, kind: 'file' | 'folder'): Promise<boolean>;
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
}
