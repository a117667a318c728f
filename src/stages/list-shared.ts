/**
 * The start of the produce half when several machines share a listing: takes pages to list, and cuts them into batches.
 */
import { type TransferError, toTransferError } from '../errors.js';
import type { EventBus } from '../events/bus.js';
import { type Batch, counter, cutPageForTravel } from '../model/batch.js';
import type { Scope } from '../model/scope.js';
import { listerOf } from '../sources/capabilities.js';
import { type ListPageOptions, listPage } from '../sources/listing/list-page.js';
import { LoopGuard } from '../sources/listing/loop-guard.js';
import { ScopeKinds } from '../sources/listing/scope-kinds.js';
import { isOfScope, type ScopePage, toFollow } from '../sources/listing/scope-page.js';
import type { SharedFolder, SharedFolders, SharedPageFound } from '../sources/listing/shared-folders.js';
import type { Source } from '../sources/source.js';

export interface ListSharedOptions extends ListPageOptions {
  folders: SharedFolders;
  events: EventBus;
  /** Folders that need no listing. */
  isPruned?: (directory: string) => boolean;
}

interface Listed {
  readonly folder: SharedFolder;
  readonly batches: readonly Batch[];
  readonly found: SharedPageFound;
}

/** Lists the pages that this machine gets, to the end. Throws when SOURCE cannot be listed, and on a fatal error. */
export async function* listSharedBatches(
  source: Source,
  { folders, events, isPruned, ...options }: ListSharedOptions,
): AsyncGenerator<Batch, void, void> {
  const { pacer, signal } = options;
  const nextId = counter();
  const kinds = new ScopeKinds(source, options);
  const ready: Listed[] = [];
  /** Pages that are being listed, or reported to the other machines. */
  let active = 0;
  let isTaking = false;
  let isAtEnd = false;
  let failure: TransferError | undefined;
  let wake: (() => void) | undefined;
  const wakeUp = () => wake?.();
  signal.addEventListener('abort', wakeUp);

  function fail(error: unknown): void {
    if (!signal.aborted) failure ??= toTransferError(error);
  }

  function take(): void {
    isTaking = true;
    folders
      .take(signal)
      .then((folder) => {
        if (folder === undefined) isAtEnd = true;
        else void list(folder);
      })
      .catch(fail)
      .finally(() => {
        isTaking = false;
        wakeUp();
      });
  }

  const idle = () => (folders.isDry ? pacer.limit - active - ready.length : 0);

  async function list(folder: SharedFolder): Promise<void> {
    active++;
    try {
      const { scope, cursor, isAudit } = folder;
      const place = { scope, cursor, guard: new LoopGuard(), isOneOfMany: isAudit, idle };
      const page = await listPage(source, place, { ...options, kinds });
      const scopes = toFollow(page, isPruned);
      events.found(page.entries, page.rejects.length);
      ready.push(await cut(folder, page, scopes));
    } catch (error) {
      folder.nack();
      fail(error);
    } finally {
      active--;
      wakeUp();
    }
  }

  async function cut(folder: SharedFolder, page: ScopePage, scopes: Scope[]): Promise<Listed> {
    const rows = { entries: page.entries, rejects: page.rejects.filter((reject) => !isOfScope(reject)) };
    const all = [...cutPageForTravel(rows, nextId)].map((batch, index) => ({ ...batch, key: folder.batchName(index) }));
    const missing = folder.isAudit ? await folders.missing(folder, all.length) : undefined;
    // Failures get a separate batch. When the page is listed again without them, its other batches keep their names.
    const failures = { entries: [], rejects: page.rejects.filter(isOfScope) };
    const failed = [...cutPageForTravel(failures, nextId)].map((batch) => ({ ...batch, key: folder.failureName }));
    const isReported = folder.isAudit && failed.length > 0 && (await folders.isDone(folder.failureName));
    const found = {
      batches: all.length + failed.length,
      objects: page.entries.length + page.rejects.length,
      bytes: page.entries.reduce((sum, { size = 0 }) => sum + size, 0),
      scopes,
      nextCursor: page.nextCursor,
      isOwnChoice: listerOf(source).onlyFolders !== true && failures.rejects.length === 0,
    };
    const batches = missing === undefined ? all : all.filter((_batch, index) => missing.has(index));
    return { folder, batches: isReported ? batches : [...failed, ...batches], found };
  }

  function report({ folder, found }: Listed): void {
    active++;
    folder
      .listed(found)
      .catch(fail)
      .finally(() => {
        active--;
        wakeUp();
      });
  }

  try {
    for (;;) {
      const isRoom = active + ready.length < pacer.limit;
      if (!isTaking && !isAtEnd && isRoom && failure === undefined && !signal.aborted) take();
      if (failure !== undefined) throw failure;
      if (signal.aborted) return;
      const next = ready[0];
      if (next !== undefined) {
        for (const batch of next.batches) {
          if (signal.aborted) return;
          // A consumer that does not take this batch for good does not ask for the next one.
          yield batch;
        }
        ready.shift();
        report(next);
      } else if (isAtEnd && active === 0 && !isTaking) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
  } finally {
    signal.removeEventListener('abort', wakeUp);
    for (const { folder } of ready) folder.nack();
  }
}
