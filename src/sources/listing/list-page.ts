/**
 * Lists one page of a scope, with retries. A page that cannot be listed becomes a reject, so that other pages
 * continue.
 */
import { TransferError, toTransferError } from '../../errors.js';
import { ALL, type Scope, textOf } from '../../model/scope.js';
import { say } from '../../texts/say.js';
import { listerOf } from '../capabilities.js';
import { isBeyondHope } from '../first-contact.js';
import type { Source } from '../source.js';
import { failedPage } from './failed-page.js';
import type { ListRequestOptions } from './list-options.js';
import type { LoopGuard } from './loop-guard.js';
import { ScopeKinds } from './scope-kinds.js';
import { type ScopePage, scopePage } from './scope-page.js';

export interface ListPageOptions extends ListRequestOptions {
  /** Shared by all scopes of a walk, since it remembers what it has asked. @default only for this page */
  kinds?: ScopeKinds | undefined;
}

/** Place of a page. */
export interface PagePlace {
  readonly scope: Scope;
  readonly cursor: string | undefined;
  readonly guard: LoopGuard;
  /** The job lists other places too, so a failure of SOURCE's first page is an ordinary failure. */
  readonly isOneOfMany?: boolean | undefined;
  /** See `Lister.listPage`. @default unknown */
  readonly idle?: (() => number) | undefined;
}

/** Rejects if SOURCE itself gives nothing, on a fatal error, and when `signal` aborts. */
export async function listPage(source: Source, place: PagePlace, options: ListPageOptions): Promise<ScopePage> {
  const { scope, cursor, guard, idle } = place;
  const { pacer, signal, probe } = options;
  const lister = listerOf(source);
  const { kinds = new ScopeKinds(source, options) } = options;
  // (Only for the first page: if a later page is missing, the pages before it would look like the whole scope.)
  const rules = cursor === undefined && scope !== ALL ? kinds.of(scope) : undefined;
  let attempts = 0;
  /** The last answer that could be read only in part. */
  let doubtful: ScopePage | undefined;
  const list = () =>
    pacer.ask(
      async () => {
        attempts++;
        const listed = scopePage(await lister.listPage(textOf(scope), cursor, idle));
        if (listed.doubt !== undefined) {
          doubtful = listed;
          throw listed.doubt.error;
        }
        guard.check(cursor, listed);
        probe?.listed(place);
        const page = rules === undefined ? listed : await rules.distinct(listed);
        guard.passed(page);
        return page;
      },
      {
        signal,
        workOf: ({ entries, scopes }) => entries.length + scopes.length,
        isBeyondHope: (error) => isBeyondHope(source, 'listings', error),
      },
    );
  try {
    return await list().catch(async (thrown) => {
      if (rules === undefined || toTransferError(thrown).code !== 'ERR_NOT_FOUND') throw thrown;
      const found = await rules.absent(thrown);
      if (typeof found !== 'string') return found;
      // The server contradicts itself; the next answer may be right.
      return list().catch((again) => {
        const error = toTransferError(again);
        if (error.code !== 'ERR_NOT_FOUND') throw error;
        throw new TransferError('ERR_LISTING', say.sources.listing.contradiction(error.message, found), {
          cause: error,
        });
      });
    });
  } catch (thrown) {
    const error = toTransferError(thrown);
    // These errors are not caused by the scope.
    if (signal.aborted || error.verdict === 'fatal' || error.code === 'ERR_OPEN_FILES') throw error;
    // A partial page of a scope that may be another one cannot be compared, so none of it is used.
    const known = rules?.isAmbiguous ? undefined : doubtful;
    return failedPage(source, place, { error, attempts, doubtful: known });
  }
}
