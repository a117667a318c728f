/** The port of what is copied to. */
import type { Found } from './disks/lookup.js';
import type { FileQuery } from './disks/volume.js';
import type { FileSpec, StoredFile } from './thread/messages.js';

/** A stored file, and the number of the place that has it: an index into {@link Sink.roots}. */
export type Placed = StoredFile & { volume: number };

/** Methods reject with a TransferError, whose code says whether to try again, elsewhere, or not at all. */
export interface Sink {
  /** The places that files lie at, by name. */
  readonly roots: readonly string[];
  /** Says for each object whether that version of it is there, and where an older one is. */
  has(queries: readonly FileQuery[]): Promise<Found[]>;
  /**
   * Stores a body, whole or in pieces, at `home` (from `has`; -1 = none) if that takes it; on a failure nothing is left
   * behind. A whole body must not change before this settles. ERR_VOLUME_OUT: that place takes no more, deliver the object
   * again. ERR_NO_SPACE: no place takes it.
   */
  put(file: FileSpec, body: Uint8Array | AsyncIterable<Uint8Array>, home: number): Promise<Placed>;
  /** What was put at these places before is durable afterwards. Rejects with ERR_DISK. */
  flush(places: Iterable<number>): Promise<void>;
  /** Finishes what was asked for. */
  close(): Promise<void>;
}
