/** Decides which settled pages are safe: all their disks were synced afterwards. */
import { TransferError, toTransferError } from '../errors.js';
import type { PageProgress } from '../model/page-progress.js';
import { say } from '../texts/say.js';
import type { Journal } from './journal.js';

/** Pages on disks that cannot be synced. Beyond this limit the run ends. */
const HELD_LIMIT = 50_000;

export interface PageSyncOptions {
  journal: Journal;
  /** Resolves when all that was stored on that volume is durable. */
  sync: (volume: number) => Promise<void>;
  /** Called when a volume could not be synced: pages with objects on it stay uncommitted. */
  onUnsynced?: (volume: number, error: TransferError) => void;
}

export class PageSync {
  readonly #options: PageSyncOptions;
  /** Settled, but on a volume that could not be synced. */
  readonly #held: PageProgress[] = [];
  /** The kernel reports lost writes only once, so after a failed sync a volume stays unsafe for the whole run. */
  readonly #unsynced = new Set<number>();

  constructor(options: PageSyncOptions) {
    this.#options = options;
  }

  get heldPages(): number {
    return this.#held.length;
  }

  readonly isSafe = (volume: number): boolean => !this.#unsynced.has(volume);

  /** Returns the pages whose volumes are synced. Holds the others. */
  async synced(pages: readonly PageProgress[]): Promise<PageProgress[]> {
    const volumes = [...new Set(pages.flatMap((page) => [...page.volumes]))];
    await Promise.all(volumes.filter(this.isSafe).map((volume) => this.#sync(volume)));
    const areSafe = (page: PageProgress) => [...page.volumes].every(this.isSafe);
    for (const page of pages) if (!areSafe(page)) this.#held.push(page);
    if (this.#held.length > HELD_LIMIT) {
      throw new TransferError('ERR_VOLUME', say.disks.journal.unsyncedPages(HELD_LIMIT));
    }
    return pages.filter(areSafe);
  }

  async #sync(volume: number): Promise<void> {
    const { journal, sync, onUnsynced } = this.#options;
    try {
      await sync(volume);
    } catch (error) {
      // No sync was started, and no disk is to blame. The run ends, and its last pages stay open.
      if (toTransferError(error).code === 'ERR_OPEN_FILES') throw error;
      this.#unsynced.add(volume);
      journal.enter({ t: 'doubt' });
      onUnsynced?.(volume, toTransferError(error));
      await journal.write();
    }
  }
}
