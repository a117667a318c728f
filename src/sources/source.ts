/** What every bucket looks like to the stages. One adapter = one folder = one factory. */

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

/** Something of a page could not be read. The rows that are given are beyond doubt, but others are missing. */
export interface PageDoubt {
  readonly error: TransferError;
  /** Whether `nextCursor` is right; otherwise nobody knows where the folder goes on. */
  readonly isEndKnown: boolean;
}

/** Pieces of a body; iterate once. The memory of a piece is used again when the next one is asked for. */
export interface ObjectStream extends AsyncIterable<Buffer> {
  /** Gives up on the rest; the connection is closed. */
  abort(reason: TransferError): void;
}

/** An object's body and what the server says about it. */
export interface FetchedObject {
  /** Content-Length, where announced. */
  readonly size: number | undefined;
  /** MD5 that the body must have, lower-case hex, where the server gave one. */
  readonly md5: string | undefined;
  readonly etag: string | undefined;
  readonly lastModifiedMs: number | undefined;
  /** The complete body, when it is small … */
  readonly bytes?: Uint8Array | undefined;
  /** … or its pieces. */
  readonly stream?: ObjectStream | undefined;
}

/** What has come of a body, and what the whole one is. */
export interface BrokenBody {
  readonly fromBytes: number;
  readonly sizeBytes: number;
  readonly etag: string;
}

/** All methods reject with a TransferError; none retries on its own, except for one repetition after learning the server's clock. */
export interface Source {
  /** For messages: `upyun://bucket/prefix`. */
  readonly url: string;
  /** Lists one page; `directory` is a key relative to SOURCE, '' for SOURCE itself. */
  listPage(directory: string, cursor: string | undefined): Promise<ListedPage>;
  /**
   * Fetches one object. A small body is complete when this resolves; where there is a holder, it may hold its memory.
   * Once this has settled nobody writes there any more.
   */
  get(entry: ObjectEntry, memory?: MemoryHolder): Promise<FetchedObject>;
  /**
   * The rest of a body that broke off after `fromBytes`. Rejects with ERR_CHANGED unless the server proves that it is the
   * rest of that very body.
   */
  getRest(entry: ObjectEntry, broken: BrokenBody): Promise<ObjectStream>;
  /**
   * What it means that somebody else than the API, or for a version of it, has answered 404 with that error: the same error
   * where the API confirms it. None where the API itself is asked for the objects.
   */
  readonly confirm?: ((entry: ObjectEntry, error: TransferError) => Promise<TransferError>) | undefined;
  /** Rejects unless a 404 that does not say whose it is ({@link TransferError.isUnvouched}) can be the API's. */
  readonly witness?: ((error: TransferError) => Promise<void>) | undefined;
  /** Whether that is there, by its own headers; `key` is relative to SOURCE. */
  has(key: string, kind: 'file' | 'folder'): Promise<boolean>;
  /** MD5 that the object has at the source, lower-case hex; the body itself is fetched only where no header tells. */
  digest(entry: ObjectEntry): Promise<string | undefined>;
  /** Bytes in the whole of SOURCE, where the server can tell; a hint for progress only. */
  usageBytes(): Promise<number | undefined>;
  /** The server that is asked for those, and the option that names it. */
  contactOf(of: 'listings' | 'objects'): { readonly option: string; readonly contact: Contact };
  /** Requests that have not ended, oldest first. */
  active(): ActiveRequest[];
  /** How many of them are under way at a server that has answered these or others. */
  moving(): number;
  /** Makes all connections anew; what is in flight fails, to be tried again. */
  recycle(): Promise<void>;
  /** Closes the connections that nobody uses: what they take is needed elsewhere. */
  closeIdle?(): void;
  /** Cuts off whatever is in flight and closes all connections. */
  close(): Promise<void>;
}
