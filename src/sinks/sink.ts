/** The port of what is copied to. Disks are one implementation; a program may bring its own. */
import type { ContentDigest } from '../model/digest.js';

/** The version that is asked for. Undefined = any value matches; if both are, no version does. */
export interface FileQuery {
  key: string;
  /** Bytes. */
  size: number | undefined;
  mtimeMs: number | undefined;
}

/** Where an object is. */
export interface Found {
  /** That version is there: it has the asked size, and is not older. */
  readonly isPresent: boolean;
  /** The place that has it, or else another version of it: an index into {@link Sink.roots}; -1 = none. */
  readonly home: number;
  /** Its path below that place, when it is not the key itself. */
  readonly path?: string;
  /** No place has it, but one could not answer for this object. */
  readonly isUnknown?: boolean;
  /** No place has it, and one gives no answers any more. */
  readonly isGone?: boolean;
}

/** The requirements for a stored file. */
export interface FileSpec {
  /** Key of the object; the sink computes the path. */
  key: string;
  /** Set on the file. Without it: the time of storing. */
  mtimeMs?: number | undefined;
  /** Expected bytes. */
  size?: number | undefined;
  /** Expected MD5, lower-case hex. */
  md5?: string | undefined;
  /** Expected MD5 from the etag of the input line. */
  listedMd5?: string | undefined;
  /** Expected digest, where no MD5 is known. */
  digest?: ContentDigest | undefined;
}

/** The facts of a stored file. */
export interface StoredFile {
  readonly bytes: number;
  /** Of the content, lower-case hex. */
  md5: string;
  /** The time that the file has: whole milliseconds. */
  mtimeMs: number;
  /** Below the root, when it is not the key itself. */
  path: string | undefined;
}

/** A stored file, and the number of the place that has it: an index into {@link Sink.roots}. */
export type Placed = StoredFile & { volume: number };

/** What `put` answers: the place. What it leaves out of the file is what the body and its {@link FileSpec} say. */
export type PutAnswer = { readonly volume: number } & Partial<StoredFile>;

/**
 * A place to copy to. Methods reject with a TransferError, whose code says whether to try again, elsewhere, or not at all.
 * Many calls are under way at once, also for the same place.
 *
 * Of a sink of its own a program gets each error explained: what is no TransferError is ERR_DISK from `put` (tried again,
 * up to `retries` times, then the object has failed) and `flush`, and ERR_VOLUME (ends the run) from the others. Each body
 * is checked on its way to such a sink, so it need not compare size or digest: a whole body that is wrong is never put, and
 * of one in pieces the iteration throws at its end.
 */
export interface Sink {
  /** The places that objects lie at, by name, for events, manifests and messages. One at least; it never changes. */
  readonly roots: readonly string[];
  /**
   * For each query, in its order: whether that version of the object is there (the asked size in bytes, and not older
   * than the asked time), and which place has it, or another version of it. A run fetches what is not present.
   */
  has(queries: readonly FileQuery[]): Promise<Found[]>;
  /**
   * Stores a body, whole or in pieces, at `home` (from `has`; -1 = none) if that takes it; it replaces what lies under the
   * key. When it rejects, nothing of the body may be left behind; a body in pieces may break off, and the error of its
   * iteration is best thrown on. A whole body must not change before this settles; pieces are read once and in order.
   * ERR_VOLUME_OUT: that place takes no more, so the object is delivered again, up to 30 times; of a program's sink with a
   * single place it means ERR_NO_SPACE. ERR_NO_SPACE: no place takes it, which ends the run.
   */
  put(file: FileSpec, body: Uint8Array | AsyncIterable<Uint8Array>, home: number): Promise<PutAnswer>;
  /** What was put at these places before is durable afterwards. Rejects with ERR_DISK. */
  flush(places: Iterable<number>): Promise<void>;
  /**
   * Finishes what was asked for. Called once, at the end of the job that was given the sink, however it ends; after an
   * abort puts may still be under way.
   */
  close(): Promise<void>;
  /** Bytes that may still be stored, by the last look. @default unknown, so a run does not warn that they are too few */
  readonly roomBytes?: number;
}

/** A sink that checks bodies itself, and tells all of a stored file. The stages need this one. */
export interface CheckedSink extends Sink {
  put(file: FileSpec, body: Uint8Array | AsyncIterable<Uint8Array>, home: number): Promise<Placed>;
}
