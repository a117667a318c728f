/** What the main thread and a volume's thread say to each other. Messages travel in batches, one per turn of the event loop. */

/** What a stored file must be. */
export interface FileSpec {
  /** Key of the object: its path below the volume's root. */
  path: string;
  /** Set on the file when given. */
  mtimeMs?: number | undefined;
  /** Bytes it must have. */
  size?: number | undefined;
  /** MD5 it must have, lower-case hex. */
  md5?: string | undefined;
  /** MD5 that the input line named as its etag. */
  listedMd5?: string | undefined;
}

export type VolumeRequest =
  /** Which of these files are there already? NaN = that property does not bind. */
  | { id: number; op: 'check'; paths: string[]; sizes: Float64Array; mtimesMs: Float64Array }
  /** Verify and write a whole body, then move it to its place. */
  | { id: number; op: 'store'; file: FileSpec; body: Uint8Array<ArrayBuffer> }
  /** A large body: begin, piece by piece, then commit or discard. `part` is the id of the `begin` message. */
  | { id: number; op: 'begin'; needsMd5: boolean }
  | { id: number; op: 'write'; part: number; piece: Uint8Array<ArrayBuffer> }
  | { id: number; op: 'commit'; part: number; file: FileSpec }
  | { id: number; op: 'discard'; part: number }
  | { id: number; op: 'close' };

/** What went wrong in the thread, in a form that survives the trip. */
export interface VolumeFault {
  /** Our own code (ERR_SIZE, ERR_DIGEST, …) or the system's (ENOSPC, …). */
  code: string;
  message: string;
}

export interface VolumeReply {
  id: number;
  /** For `check`: 1 where the file is there. */
  present?: Uint8Array<ArrayBuffer>;
  fault?: VolumeFault;
}

/** Given to the thread when it starts. */
export interface VolumeThreadData {
  root: string;
  /** Only look: create and change nothing (dry run). */
  isReadOnly: boolean;
}
