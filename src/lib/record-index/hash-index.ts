/**
 * Finds records by their hash in a file of any size, with little memory. The records are grouped by the first bits of
 * the hash (in memory, or in an unnamed temporary file). A lookup reads one group and searches it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { HashBuckets } from './hash-buckets.js';
import { groupInFile, groupInMemory } from './hash-grouping.js';
import { KEY_HASH_BYTES } from './key-hash.js';
import { RecordBlock } from './record-block.js';
import { type RecordRange, readFullySync, recordChunks } from './record-file.js';
import { openUnnamed } from './unnamed-file.js';

const DEFAULT_MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;

/** Files are read in sequence in pieces of this size, or of a quarter of the memory limit if that is less. */
const MAX_CHUNK_BYTES = 1024 * 1024;

/** A lookup holds at most this much of a bucket at once. */
const WINDOW_BYTES = 64 * 1024;

export interface HashIndexOptions {
  /** Size of a record; a multiple of 4, at least 8. The hash is its first 8 bytes. */
  readonly recordBytes: number;
  /** An existing directory with room for a copy of the file. Nothing remains in it, not even after a kill. */
  readonly tempFolder: string;
  /** Memory limit for records; a smaller file stays in memory. Add 0.1 byte per record. Default 64 MiB. */
  readonly memoryLimitBytes?: number | undefined;
  /** Only this many records from the end. @default all */
  readonly lastCount?: number | undefined;
  /** Aborts the building; openHashIndex then throws its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The grouped records, in memory or in a file. */
interface GroupedRecords {
  /** The bytes of these records; valid until the next call. */
  read(first: number, count: number): Buffer;
  close(): Promise<void>;
}

/** An index of the records that the file has now. A partial record at its end is ignored. */
export class HashIndex {
  /** Number of records. */
  readonly count: number;
  readonly #buckets: HashBuckets;
  readonly #records: GroupedRecords;
  readonly #recordBytes: number;

  constructor(buckets: HashBuckets, records: GroupedRecords, recordBytes: number) {
    this.count = buckets.starts.at(-1)!;
    this.#buckets = buckets;
    this.#records = records;
    this.#recordBytes = recordBytes;
  }

  /** All records with this hash (8 bytes or more, the first 8 count), in file order. Throws system errors. */
  find(hash: Uint8Array): Buffer[] {
    return Array.from(this.matches(hash), (record) => Buffer.from(record));
  }

  has(hash: Uint8Array): boolean {
    for (const _ of this.matches(hash)) return true;
    return false;
  }

  /** Like `find`, one by one, for hashes with any number of records. Each record is valid until the next call. */
  *matches(hash: Uint8Array): Generator<Buffer> {
    const bucket = this.#buckets.bucketOf(Buffer.from(hash.buffer, hash.byteOffset, KEY_HASH_BYTES).readUInt32BE());
    const end = this.#buckets.starts[bucket + 1]!;
    const windowCount = Math.max(1, Math.floor(WINDOW_BYTES / this.#recordBytes));
    for (let first = this.#buckets.starts[bucket]!; first < end; first += windowCount) {
      const bytes = this.#records.read(first, Math.min(windowCount, end - first));
      for (let offset = 0; offset < bytes.length; offset += this.#recordBytes) {
        if (hasHash(bytes, offset, hash)) yield bytes.subarray(offset, offset + this.#recordBytes);
      }
    }
  }

  /**
   * All records, bucket by bucket, so records with equal hashes are in the same bucket. Each piece is valid until the
   * next call.
   */
  *windows(): Generator<{ bucket: number; bytes: Buffer }> {
    const { starts, count } = this.#buckets;
    const windowCount = Math.max(1, Math.floor(WINDOW_BYTES / this.#recordBytes));
    for (let bucket = 0; bucket < count; bucket++) {
      const end = starts[bucket + 1]!;
      for (let first = starts[bucket]!; first < end; first += windowCount) {
        yield { bucket, bytes: this.#records.read(first, Math.min(windowCount, end - first)) };
      }
    }
  }

  /** Frees the memory and the temporary file. */
  close(): Promise<void> {
    return this.#records.close();
  }
}

/** Compares from the end: the first bits are equal in the whole bucket. */
function hasHash(bytes: Buffer, offset: number, hash: Uint8Array): boolean {
  for (let index = KEY_HASH_BYTES - 1; index >= 0; index--) {
    if (bytes[offset + index] !== hash[index]) return false;
  }
  return true;
}

/**
 * Builds the index of a file; a missing file has no records. Throws system errors, and a ShortFileError if the file
 * shrinks meanwhile.
 */
export async function openHashIndex(path: string, options: HashIndexOptions): Promise<HashIndex> {
  const { recordBytes, lastCount = Number.POSITIVE_INFINITY } = options;
  if (recordBytes < KEY_HASH_BYTES || recordBytes % 4 !== 0) throw new RangeError(`recordBytes: ${recordBytes}`);
  const handle = await openIfThere(path);
  if (handle === undefined) return emptyIndex(recordBytes);
  try {
    const { size } = await handle.stat();
    const end = Math.floor(size / recordBytes);
    return await build({ handle, first: Math.max(0, end - lastCount), end }, options);
  } finally {
    await handle.close();
  }
}

function emptyIndex(recordBytes: number): HashIndex {
  return new HashIndex(new HashBuckets(0), inMemory(new RecordBlock(recordBytes, 0)), recordBytes);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function build(source: RecordRange, options: HashIndexOptions): Promise<HashIndex> {
  const { recordBytes, tempFolder, memoryLimitBytes = DEFAULT_MEMORY_LIMIT_BYTES, signal } = options;
  const chunkBytes = Math.min(MAX_CHUNK_BYTES, memoryLimitBytes / 4);
  const chunk = new RecordBlock(recordBytes, Math.max(1, Math.floor(chunkBytes / recordBytes)));
  const count = source.end - source.first;
  const buckets = new HashBuckets(count);
  for await (const read of recordChunks(source, { chunk, signal })) buckets.tally(chunk, read);
  buckets.settle();
  if (count * recordBytes <= memoryLimitBytes) {
    return new HashIndex(buckets, inMemory(await groupInMemory(source, buckets, { chunk, signal })), recordBytes);
  }
  const target = await openUnnamed(tempFolder);
  try {
    await groupInFile(source, target, buckets, { chunk, signal, memoryBytes: memoryLimitBytes - chunkBytes });
  } catch (error) {
    await target.close();
    throw error;
  }
  return new HashIndex(buckets, inFile(target, recordBytes), recordBytes);
}

function inMemory(block: RecordBlock): GroupedRecords {
  return { read: (first, count) => block.slice(first, count), close: async () => {} };
}

function inFile(handle: FileHandle, recordBytes: number): GroupedRecords {
  const window = Buffer.allocUnsafeSlow(Math.max(WINDOW_BYTES, recordBytes));
  return {
    read(first, count) {
      const bytes = window.subarray(0, count * recordBytes);
      readFullySync(handle.fd, bytes, first * recordBytes);
      return bytes;
    },
    close: () => handle.close(),
  };
}
