/**
 * The messages between the main thread and a volume's thread. Those of one turn of the event loop travel together.
 */
import type { ChecksumKind } from '../../lib/checksum/checksum.js';
import type { Place } from '../../lib/md5/arena.js';
import type { NameMode } from '../../model/names/names.js';
import type { Language } from '../../texts/say.js';
import type { Digest } from '../digests/digest-record.js';
import type { Space } from '../disks/space.js';
import type { FileSpec, StoredFile } from '../sink.js';
import type { Marker } from '../state/marker.js';
import type { Traits } from '../state/traits.js';

/** What `check` finds under a key. */
export const FOUND = {
  absent: 0,
  /** The size matches, and it is not older. */
  present: 1,
  /** A file, but another version. */
  other: 2,
  /** The disk gives no answer. */
  unknown: 3,
  /** The folder is not the volume any more, so there is no answer. */
  gone: 4,
  /** A file without a recorded owner, on a disk that takes several names for the same. */
  unowned: 5,
} as const;

/** The question for several keys at once. NaN matches any value. */
export interface Versions {
  keys: readonly string[];
  sizes: Float64Array;
  mtimesMs: Float64Array;
}

/** For each key one of {@link FOUND}; and, with its index, each path that is not the key itself. */
export interface Checked {
  found: Uint8Array<ArrayBuffer>;
  paths: [index: number, path: string][];
}

/** What `inspect` finds under a key. */
export interface FileFacts {
  state: 'absent' | 'present' | 'unreadable' | 'unowned';
  /** Below the root. */
  path: string;
  /** Bytes; 0 unless present. */
  size: number;
  mtimeMs: number;
  /** Lower-case hex; only on request. */
  md5?: string | undefined;
  /** The digest that was asked for, lower-case hex. */
  digest?: string | undefined;
  /** Why it is unreadable. */
  reason?: string | undefined;
}

export type VolumeRequest =
  /** Which of these files exist already? */
  | ({ op: 'check' } & Versions)
  /** Were these files without an owner stored under these keys? Then the keys own them. */
  | ({ op: 'prove'; digests: Digest[][] } & Versions)
  /** Verify and write a whole body (in the message or in the shared memory), then move it to its place. */
  | { op: 'store'; file: FileSpec; body: Uint8Array | Place }
  /** A large body: begin, piece by piece, then commit or discard. `part` is the number of the `begin` request. */
  | { op: 'begin'; digest?: ChecksumKind | undefined }
  | { op: 'write'; part: number; piece: Uint8Array | Place }
  | { op: 'commit'; part: number; file: FileSpec }
  | { op: 'discard'; part: number }
  /** Remove the file of a key, if there is one. */
  | { op: 'remove'; key: string }
  /** Remove the files of these keys that changed at that time or later. Other files stay; missing ones are fine. */
  | { op: 'removeSince'; keys: string[]; sinceMs: number; sinceLogBytes: number | undefined }
  | { op: 'inspect'; keys: string[]; needsMd5: boolean; digest?: ChecksumKind | undefined }
  /** The same with their MD5, and record it: the log has lost it. */
  | { op: 'digest'; keys: string[] }
  /** This is the volume's marker. The thread writes it when it is new. */
  | { op: 'mark'; marker: Marker; isNew: boolean }
  | { op: 'space' }
  /** Create, sync and remove a file: does the disk write? */
  | { op: 'probe' }
  /** Write all that the thread has buffered to the disk. */
  | { op: 'sync' }
  | { op: 'close' };

/** Requests sent together. Their numbers start at 1, in the order of sending. */
export interface VolumeBatch {
  /** The number of the first. */
  readonly firstId: number;
  readonly requests: VolumeRequest[];
}

/** An error of the thread, in a form that a message can carry. */
export interface VolumeFault {
  /** Our own code (ERR_SIZE, ERR_DIGEST, …) or the system's (ENOSPC, …). */
  code: string;
  message: string;
}

export interface VolumeReply {
  /** The number of the request. */
  id: number;
  /** For `check` and `prove`: one of {@link FOUND} for each. */
  found?: Checked['found'];
  /** For `check`. */
  paths?: Checked['paths'];
  /** In the first message: what the disk does with names and times. */
  traits?: Traits;
  /** For `store` and `commit`. */
  stored?: StoredFile;
  /** For `inspect` and `digest`. */
  files?: FileFacts[];
  /** For `space`; also with some other replies, and with each ENOSPC fault. */
  space?: Space;
  /** Once, when the digest log has failed and is closed. */
  digestFault?: VolumeFault;
  fault?: VolumeFault;
}

/** Given to the thread when it starts. */
export interface VolumeThreadData {
  /** The language of its messages. */
  language: Language;
  root: string;
  /** Only look: create and change nothing (dry run). */
  isReadOnly: boolean;
  names: NameMode;
  /** Where files whose path is not their key are recorded. */
  namesFile: string;
  /** Each file is flushed before it counts as stored. */
  isEachSynced: boolean;
  /** The shared memory with the bodies, and the offset of the thread's own part of it (MD5_SCRATCH_BYTES). */
  shared: { memory: WebAssembly.Memory; scratch: number } | undefined;
}
