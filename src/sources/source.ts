/** The port of what is copied from. One scheme = one folder = one factory. */

import type { TransferError } from '../errors.js';
import type { ActiveRequest } from '../http/client.js';
import type { Contact } from '../http/contact.js';
import type { MemoryHolder } from '../lib/http1/transport.js';
import type { ObjectEntry } from '../model/entry.js';
import type { Reject } from '../model/part.js';

/** One page of one folder, as the server gave it. */
export interface ListedPage {
  readonly entries: ObjectEntry[];
  /** Names that were listed but cannot be fetched by any key. */
  readonly rejects: Reject[];
  /** Keys of the folders directly below, relative to SOURCE. */
  readonly directories: string[];
  /** Where the folder goes on; undefined after its last page. Opaque. */
  readonly nextCursor: string | undefined;
  readonly doubt?: PageDoubt | undefined;
}

/** The same as a source may give it: what is empty may be left out. */
export type PageAnswer = Pick<ListedPage, 'entries'> & Partial<ListedPage>;

/** Something of a page could not be read. The rows that are given are beyond doubt, but others are missing. */
export interface PageDoubt {
  readonly error: TransferError;
  /** Whether `nextCursor` is right; otherwise nobody knows where the folder goes on. */
  readonly isEndKnown: boolean;
}

/** An object's body and what the server says about it. Of the two forms of a body there is one. */
export interface FetchedObject {
  /** Bytes of the body, where announced. */
  readonly size?: number | undefined;
  /** MD5 that the body must have, lower-case hex, where the server gave one. */
  readonly md5?: string | undefined;
  readonly etag?: string | undefined;
  readonly lastModifiedMs?: number | undefined;
  /** The complete body, when it is small; its memory is not the source's any more … */
  readonly bytes?: Uint8Array | undefined;
  /** … or its pieces, which are read once, from front to back. The memory of a piece may be used again for the next one. */
  readonly stream?: BodyPieces | undefined;
}

export interface BodyPieces extends AsyncIterable<Uint8Array> {
  /** The rest is not wanted. @default the iterator is returned, if it has begun */
  abort?(reason: TransferError): void;
}

/** What has come of a body, and what the whole one is. */
export interface BrokenBody {
  readonly fromBytes: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/**
 * A place to copy from. Three members are required; what else a source can do it says by having it. All methods reject
 * with a TransferError, whose code says whether to try again; none retries on its own.
 */
export interface Source {
  /** For messages, and for the job's own files: `upyun://bucket/prefix`. Another tree has another url. */
  readonly url: string;
  /**
   * Fetches one object. A small body is complete when this resolves; where there is a holder, it may hold its memory.
   * Once this has settled that memory is not written any more.
   */
  get(entry: ObjectEntry, memory?: MemoryHolder): Promise<FetchedObject>;
  /** Cuts off whatever is in flight and closes all connections. */
  close(): Promise<void>;
  /** None: nothing can be listed, only fetched by its key. */
  readonly lister?: Lister | undefined;
  /**
   * The rest of a body that broke off after `fromBytes`. Rejects with ERR_CHANGED unless the server proves that it is the
   * rest of that very body. @default a body that breaks off is fetched again from its beginning
   */
  getRest?(entry: ObjectEntry, broken: BrokenBody): Promise<BodyPieces>;
  /**
   * What it means that another server than the one that lists has answered 404 with that error: the same error where the
   * one that lists confirms it. None where the same server is asked for both.
   */
  readonly confirm?: ((entry: ObjectEntry, error: TransferError) => Promise<TransferError>) | undefined;
  /** Rejects unless a 404 that does not say whose it is ({@link TransferError.isUnvouched}) can be that of this source. */
  readonly witness?: ((error: TransferError) => Promise<void>) | undefined;
  /** MD5 that the object has at the source, lower-case hex; the body itself is fetched only where no header tells. */
  digest?(entry: ObjectEntry): Promise<string | undefined>;
  /** Bytes in the whole of SOURCE, where the server can tell; a hint for progress only. */
  usageBytes?(): Promise<number | undefined>;
  /** None: nothing is known of them. */
  readonly connections?: Connections | undefined;
}

/** What a source that can be listed does. */
export interface Lister {
  /** Lists one page; `directory` is a key relative to SOURCE, '' for SOURCE itself. */
  listPage(directory: string, cursor: string | undefined): Promise<PageAnswer>;
  /** Whether that is there, by its own headers; `key` is relative to SOURCE. @default only listings can tell */
  has?(key: string, kind: 'file' | 'folder'): Promise<boolean>;
}

/** The connections of a source, as seen from outside. */
export interface Connections {
  /** The server that is asked for those, and the option that names it. */
  contactOf(of: 'listings' | 'objects'): { readonly option: string; readonly contact: Contact };
  /** Requests that have not ended, oldest first. */
  active(): ActiveRequest[];
  /** How many of them are under way at a server that has answered these or others. */
  moving(): number;
  /** Makes all connections anew; what is in flight fails, to be tried again. */
  recycle(): Promise<void>;
  /** Closes the connections that carry nothing: what they take is needed elsewhere. */
  closeIdle?(): void;
}
