// What the fake server asks of a bucket: one page of a directory, one object, the bytes of a piece of it.
// Directories are named by prefix: '' is the root, every other one ends with '/', so that empty segments stay distinct.

/** Bytes that are made on demand, so that a huge object costs no memory. */
export interface ObjectBody {
  readonly size: number;
  /** Bytes `start` (inclusive) to `end` (exclusive): one Buffer when that is cheap, else chunks made one at a time. */
  read(start: number, end: number): Buffer | Iterable<Buffer>;
  /** Hex MD5 of the whole body; a promise when it has to be computed over many chunks. */
  md5(): string | Promise<string>;
}

export interface BucketObject {
  readonly body: ObjectBody;
  readonly mtimeSeconds: number;
  readonly contentType: string;
  /** Sent in place of the real MD5, without quotes (old objects have ETags that are no digest). */
  readonly etag?: string;
}

/** One row of a listing. */
export interface DirectoryItem {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly mtimeSeconds: number;
  /** Only when it differs from what the extension says. */
  readonly contentType?: string;
}

/** The item a page begins with. It need not exist any more: the page then begins with the item that follows it. */
export interface Position {
  readonly name: string;
  readonly isFolder: boolean;
}

/** `files-first`: all files by name, then all folders by name. `mixed`: everything by name. */
export type ListOrder = 'files-first' | 'mixed' | 'folders-first' | 'by-last-letter' | 'middle-turned' | 'one-moved';

export interface PageQuery {
  readonly from?: Position;
  readonly limit: number;
  readonly descending: boolean;
  readonly order: ListOrder;
}

export interface DirectoryPage {
  readonly items: readonly DirectoryItem[];
  /** Absent on the last page. */
  readonly next?: Position;
}

export interface Bucket {
  /** `undefined` when there is no such directory. */
  page(directory: string, query: PageQuery): DirectoryPage | undefined;
  find(key: string): BucketObject | undefined;
  hasFolder(directory: string): boolean;
  /** Sum of all object sizes below a directory. */
  usageBytes(directory: string): number;
}

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  bmp: 'image/bmp',
  webp: 'image/webp',
  txt: 'text/plain',
  html: 'text/html',
  json: 'application/json',
  mp4: 'video/mp4',
};

/** The Content-Type Upyun would give a file of this name. */
export function contentTypeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return Object.hasOwn(CONTENT_TYPES, extension) ? CONTENT_TYPES[extension]! : 'application/octet-stream';
}

/** `a/b/` for the key `a/b/c.jpg`, '' for a key in the root. */
export function parentOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
