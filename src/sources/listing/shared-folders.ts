/** A listing that several machines share: hands out pages and takes their results. */
import type { Scope } from '../../model/scope.js';

/** A page of a scope for this machine to list. */
export interface SharedFolder {
  readonly scope: Scope;
  readonly cursor: string | undefined;
  /** The page was listed before and is checked again: batches that are done need not be handed out. */
  readonly isAudit: boolean;
  /** Name of the batch at this index of the page; the same on all machines. */
  batchName(index: number): string;
  /** Name of the record that the page could not be listed, or only in part; the same on all machines. */
  readonly failureName: string;
  /** All of its batches were handed out. Resolves once the result is published. */
  listed(found: SharedPageFound): Promise<void>;
  /** Requeues the page: another machine must list it. */
  nack(): void;
}

export interface SharedPageFound {
  readonly batches: number;
  readonly objects: number;
  readonly bytes: number;
  /** Further scopes that must be listed. */
  readonly scopes: readonly Scope[];
  readonly nextCursor: string | undefined;
  /**
   * The lister itself decides what follows, and may decide otherwise the next time: what it has named first counts on all
   * machines, in all passes.
   */
  readonly isOwnChoice: boolean;
}

export interface SharedFolders {
  /** The next page, deepest first. Undefined if nothing is left for this machine, or when `signal` aborts. */
  take(signal: AbortSignal): Promise<SharedFolder | undefined>;
  /** `take` waits, since there is nothing to list at the moment. */
  readonly isDry: boolean;
  /** For a page that is checked again: the indexes, out of `batches`, that must be handed out. */
  missing(folder: SharedFolder, batches: number): Promise<ReadonlySet<number>>;
  /** Whether a machine has finished the batch with this name. */
  isDone(batch: string): Promise<boolean>;
}
