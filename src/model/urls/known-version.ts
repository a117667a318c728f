/** What a run remembers of an object that it stored, so that a later run need not fetch it again. */

/** What the server sent to recognise a version by, as it was sent: some servers compare texts, not meanings. */
export interface Validators {
  /** With its quotes, and `W/`. */
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface KnownVersion extends Validators {
  /** Of the stored file. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly md5?: string | undefined;
  /** Stored or compared by the pass that goes on now, so it is not asked for again. */
  readonly isOfPass: boolean;
  /** Path of the file, if it differs from the key. */
  readonly path?: string | undefined;
}
