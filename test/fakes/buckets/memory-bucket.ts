// A bucket held in memory, for tests: any key is allowed, also ones no real bucket should have, and it can change while
// it is being listed.

import { comparePositions, pageOfSorted } from '../upyun/paging.js';
import { bufferBody } from './bodies.js';
import {
  type Bucket,
  type BucketObject,
  contentTypeOf,
  type DirectoryItem,
  type ListOrder,
  type ObjectBody,
  parentOf,
} from './bucket.js';

/** 2016-11-09 14:26:58 UTC. */
export const DEFAULT_MTIME_SECONDS = 1_478_701_618;

export interface MemoryEntry {
  readonly body: Buffer | string | ObjectBody;
  readonly mtimeSeconds?: number;
  readonly contentType?: string;
  /** Sent in place of the real MD5, without quotes. */
  readonly etag?: string;
}

export type MemoryContent = Buffer | string | ObjectBody | MemoryEntry;

export interface MemoryBucket extends Bucket {
  /** Adds or replaces an object, and the folders above it. */
  put(key: string, content: MemoryContent): void;
  /** Adds a folder that may stay empty. */
  putFolder(directory: string): void;
  /** Removes an object; the folders above it stay, as they do on Upyun. */
  delete(key: string): boolean;
  /** Removes a folder with everything below it. */
  deleteFolder(directory: string): void;
}

/** A bucket of the given objects, and of folders that would not come from their keys. */
export function memoryBucket(
  contents: Record<string, MemoryContent> = {},
  options: { readonly folders?: readonly string[] } = {},
): MemoryBucket {
  const bucket = new InMemoryBucket();
  for (const key of Object.keys(contents)) bucket.put(key, contents[key]!);
  for (const folder of options.folders ?? []) bucket.putFolder(folder);
  return bucket;
}

interface Directory {
  readonly objects: Map<string, BucketObject>;
  readonly folders: Set<string>;
  /** Sorted rows by order; forgotten when the directory changes. */
  readonly sorted: Map<ListOrder, readonly DirectoryItem[]>;
}

class InMemoryBucket implements MemoryBucket {
  readonly #directories = new Map<string, Directory>([['', emptyDirectory()]]);

  put(key: string, content: MemoryContent): void {
    const directory = this.#ensure(parentOf(key));
    directory.objects.set(nameOf(key), toObject(key, content));
    directory.sorted.clear();
  }

  putFolder(directory: string): void {
    this.#ensure(asPrefix(directory));
  }

  delete(key: string): boolean {
    const directory = this.#directories.get(parentOf(key));
    directory?.sorted.clear();
    return directory?.objects.delete(nameOf(key)) ?? false;
  }

  deleteFolder(directory: string): void {
    const prefix = asPrefix(directory);
    for (const path of this.#directories.keys()) {
      if (path !== '' && path.startsWith(prefix)) this.#directories.delete(path);
    }
    const parent = this.#directories.get(parentOf(prefix.slice(0, -1)));
    parent?.folders.delete(nameOf(prefix.slice(0, -1)));
    parent?.sorted.clear();
  }

  page: Bucket['page'] = (path, query) => {
    const directory = this.#directories.get(path);
    if (!directory) return undefined;
    const rows = sortedRows(directory, query.order);
    return pageOfSorted({ count: rows.length, at: (index) => rows[index]! }, query);
  };

  find(key: string): BucketObject | undefined {
    return this.#directories.get(parentOf(key))?.objects.get(nameOf(key));
  }

  hasFolder(directory: string): boolean {
    return this.#directories.has(directory);
  }

  usageBytes(prefix: string): number {
    let total = 0;
    for (const [path, directory] of this.#directories) {
      if (!path.startsWith(prefix)) continue;
      for (const object of directory.objects.values()) total += object.body.size;
    }
    return total;
  }

  #ensure(path: string): Directory {
    const known = this.#directories.get(path);
    if (known) return known;
    const created = emptyDirectory();
    this.#directories.set(path, created);
    const parent = this.#ensure(parentOf(path.slice(0, -1)));
    parent.folders.add(nameOf(path.slice(0, -1)));
    parent.sorted.clear();
    return created;
  }
}

function emptyDirectory(): Directory {
  return { objects: new Map(), folders: new Set(), sorted: new Map() };
}

function sortedRows(directory: Directory, order: ListOrder): readonly DirectoryItem[] {
  const known = directory.sorted.get(order);
  if (known) return known;
  const rows: DirectoryItem[] = [];
  for (const [name, { body, mtimeSeconds, contentType }] of directory.objects) {
    rows.push({ name, isFolder: false, size: body.size, mtimeSeconds, contentType });
  }
  for (const name of directory.folders) {
    rows.push({ name, isFolder: true, size: 0, mtimeSeconds: DEFAULT_MTIME_SECONDS });
  }
  rows.sort((a, b) => comparePositions(a, b, order));
  directory.sorted.set(order, rows);
  return rows;
}

function toObject(key: string, content: MemoryContent): BucketObject {
  const isBare = typeof content === 'string' || Buffer.isBuffer(content) || 'read' in content;
  const entry: MemoryEntry = isBare ? { body: content } : content;
  const { body, mtimeSeconds = DEFAULT_MTIME_SECONDS, contentType = contentTypeOf(key), etag } = entry;
  const isBytes = typeof body === 'string' || Buffer.isBuffer(body);
  return { body: isBytes ? bufferBody(body) : body, mtimeSeconds, contentType, etag };
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

function asPrefix(directory: string): string {
  return directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
}
