/** What the thread of a disk is asked, and what it answers, one part after the other. */
import type { NameTraits } from '../../../model/names/name-rules.js';
import type { Space } from '../../../sinks/disks/space.js';
import type { TimeTraits } from '../../../sinks/state/kept-times.js';
import type { Marker } from '../../../sinks/state/marker.js';
import type { Language } from '../../../texts/say.js';

export interface DiskTask {
  readonly root: string;
  /** Whose files are to be stored there. */
  readonly origin: { readonly source: string; readonly variant: string | undefined } | undefined;
  readonly language: Language;
}

/** Why nothing can be stored in a folder. */
export type Refusal = 'not-folder' | 'kernel' | 'read-only' | 'no-permission' | 'no-space' | 'unusable';

export interface PlaceFacts {
  /** The folder itself, or the nearest one above it that exists. */
  readonly base: string;
  readonly isThere: boolean;
  readonly refusal: Refusal | undefined;
  /** The system's message about it. */
  readonly why: string | undefined;
  /** Where the test files were. */
  readonly scratch: string | undefined;
  /** The number of the device: folders with the same one share their space. */
  readonly device: number;
  readonly mount: { readonly point: string; readonly type: string; readonly source: string } | undefined;
}

export interface StateFacts {
  readonly marker: Marker | undefined;
  /** Something there stops a copy: files of another SOURCE, a link in .sluice, a damaged marker. */
  readonly refusal: string | undefined;
  readonly holder: { readonly pid: number; readonly command: string; readonly startedAt: string } | undefined;
  /** Bytes of SOURCE that the job of this folder has stored or found, on all its disks. */
  readonly doneBytes: number;
}

export interface SyncFacts {
  /** Milliseconds to write and flush a small file: the median. */
  readonly fsyncMs: number;
  /** Milliseconds to flush the file system. Undefined = this system has no command for it. */
  readonly syncfsMs: number | undefined;
  readonly syncfsProblem: string | undefined;
}

export interface DiskParts {
  readonly place: PlaceFacts;
  readonly state: StateFacts;
  readonly space: Space;
  readonly names: NameTraits;
  readonly times: TimeTraits;
  readonly sync: SyncFacts;
}

export type DiskPart = keyof DiskParts;

/** In the order of the answers. The last three need test files. */
export const PARTS: readonly DiskPart[] = ['place', 'state', 'space', 'names', 'times', 'sync'];

/** The last message: the test files are removed. */
export const DISK_DONE = 'done';

export type DiskAnswer =
  | { readonly [Part in DiskPart]: { readonly part: Part; readonly facts: DiskParts[Part] } }[DiskPart]
  | { readonly part: DiskPart; readonly error: string };
