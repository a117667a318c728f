/** A listing that several machines work on: who deals out its pages, and is told what they had. */

/** A page of a folder that this machine is to list. */
export interface SharedFolder {
  /** Key of the folder, '' for SOURCE itself. */
  readonly directory: string;
  readonly cursor: string | undefined;
  /** It has been listed before and is looked at again: parts that are done need not be handed out. */
  readonly isAudit: boolean;
  /** By which everybody knows the part that comes at that place of the page: the same whoever lists it. */
  partName(index: number): string;
  /** By which everybody knows that it could not be listed, or not completely. */
  readonly failureName: string;
  /** All of its parts were handed out. Resolves when everybody may know. */
  listed(found: SharedPageFound): Promise<void>;
  /** Another machine has to list it. */
  giveBack(): void;
}

export interface SharedPageFound {
  readonly parts: number;
  readonly objects: number;
  readonly bytes: number;
  /** Folders to be listed below it. */
  readonly directories: readonly string[];
  readonly nextCursor: string | undefined;
}

export interface SharedFolders {
  /** The next page, deepest first. Undefined when nothing is left for this machine to list, or `signal` aborts. */
  take(signal: AbortSignal): Promise<SharedFolder | undefined>;
  /** Of a page that is looked at again: which of so many parts have to be handed out. */
  missing(folder: SharedFolder, parts: number): Promise<ReadonlySet<number>>;
  /** Whether somebody has finished the part of that name. */
  isDone(part: string): Promise<boolean>;
}
