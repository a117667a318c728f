/** What the kind of a scope adds to the listing of its first page. A kind that adds nothing has no rules. */
import type { TransferError } from '../../errors.js';
import type { ScopePage } from './scope-page.js';

export interface ScopeRules {
  /** A server may take the scope for another one: rows of a page that is not whole may be those of the other. */
  readonly isAmbiguous: boolean;
  /** Resolves to the page if its rows are the scope's own. Rejects with ERR_UNSAFE_KEY if they are another one's. */
  distinct(page: ScopePage): Promise<ScopePage>;
  /**
   * The server has answered 404. Resolves to the page that stands for that answer, or to the reason, as text, why the
   * answer is not believed. Rejects on a fatal error and when aborted.
   */
  absent(error: TransferError): Promise<ScopePage | string>;
}
