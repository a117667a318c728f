/** What the main thread and a volume's thread say to each other. Messages travel in batches, one per turn of the event loop. */
import type { Place } from '../../lib/md5/arena.js';
import type { Digest } from '../digests/digest-record.js';
import type { Space } from '../disks/space.js';
import type { Marker } from '../state/marker.js';
import type { Traits } from '../state/traits.js';

/** `escape`: every key has a path (model/names). `refuse`: the path is the key itself, and a clash is an error. */
export type NameMode = 'escape' | 'refuse';

/** What a stored file must be. */
export interface FileSpec {
  /** Key of the object; the thread knows its path. */
  key: string;
  /** Set on the file; without it the time of storing. */
  mtimeMs?: number | undefined;
  /** Bytes it must have. */
  size?: number | undefined;
  /** MD5 it must have, lower-case hex. */
  md5?: string | undefined;
  /** MD5 that the input line named as its etag. */
  listedMd5?: string | undefined;
}

/** What a stored file is. */
export interface StoredFile {
  readonly bytes: number;
  /** Of the content, lower-case hex. */
  md5: string;
  /** The time that the file has: whole milliseconds. */
  mtimeMs: number;
  /** Below the root, when it is not the key itself. */
  path: string | undefined;
}

/** What `check` finds under a key. */
export const FOUND = {
  absent: 0,
  /** With the size, and not older. */
  present: 1,
  /** A file, but another version. */
  other: 2,
  /** The disk does not tell. */
  unknown: 3,
  /** The folder is not the volume any more, so that nothing can be told. */
  gone: 4,
  /** A file of which nobody has written down whose it is, on a disk that takes several names for the same. */
  unowned: 5,
} as const;

/** What is asked of several keys at once; NaN does not bind. */
export interface Versions {
  keys: readonly string[];
  sizes: Float64Array;
  mtimesMs: Float64Array;
}

/** For each key one of {@link FOUND}; and, by its place, each path that is not the key itself. */
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
  /** Lower-case hex; only where it was asked for. */
  md5?: string | undefined;
  /** Why it is unreadable. */
  reason?: string | undefined;
}

export type VolumeRequest =
  /** Which of these files are there already? */
  | ({ op: 'check' } & Versions)
  /** Are these files, which are nobody's, what was stored under these keys? Then they are theirs. */
  | ({ op: 'prove'; digests: Digest[][] } & Versions)
  /** Verify and write a whole body, which comes along or lies in the shared memory, then move it to its place. */
  | { op: 'store'; file: FileSpec; body: Uint8Array | Place }
  /** A large body: begin, piece by piece, then commit or discard. `part` is the number of the `begin` request. */
  | { op: 'begin' }
  | { op: 'write'; part: number; piece: Uint8Array | Place }
  | { op: 'commit'; part: number; file: FileSpec }
  | { op: 'discard'; part: number }
  /** Remove the file of a key; none is fine, too. */
  | { op: 'remove'; key: string }
  /** Remove the files of these keys that were changed at that time or later; others, and none, are fine, too. */
  | { op: 'withdraw'; keys: string[]; sinceMs: number; sinceLogBytes: number | undefined }
  | { op: 'inspect'; keys: string[]; needsMd5: boolean }
  /** The same with their MD5, which is recorded: nobody knows it any more. */
  | { op: 'digest'; keys: string[] }
  /** This is the volume's marker; written to its folder when it is new. */
  | { op: 'mark'; marker: Marker; isNew: boolean }
  | { op: 'space' }
  /** Create, sync and remove a file: does the disk write? */
  | { op: 'probe' }
  /** Everything the thread keeps for later goes to the disk. */
  | { op: 'sync' }
  | { op: 'close' };

/** What is sent together. Requests are numbered from 1 on, in the order in which they are sent. */
export interface VolumeBatch {
  /** The number of the first. */
  readonly firstId: number;
  readonly requests: VolumeRequest[];
}

/** What went wrong in the thread, in a form that survives the trip. */
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
  /** With the first word: what the disk makes of names and times. */
  traits?: Traits;
  /** For `store` and `commit`. */
  stored?: StoredFile;
  /** For `inspect` and `digest`. */
  files?: FileFacts[];
  /** For `space`; with other replies now and then, and with each fault for want of space. */
  space?: Space;
  /** Once, when the digest log has failed and is given up. */
  digestFault?: VolumeFault;
  fault?: VolumeFault;
}

/** Given to the thread when it starts. */
export interface VolumeThreadData {
  root: string;
  /** Only look: create and change nothing (dry run). */
  isReadOnly: boolean;
  names: NameMode;
  /** Where files whose path is not their key are recorded. */
  namesFile: string;
  /** Each file is on the platter before it is called stored. */
  isEachSynced: boolean;
  /** Memory where bodies lie, and where in it the thread has some for itself (MD5_SCRATCH_BYTES). */
  shared: { memory: WebAssembly.Memory; scratch: number } | undefined;
}
