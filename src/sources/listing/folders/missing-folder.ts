/**
 * A listing named a folder, and the server answers 404 to the folder's own listing: it was deleted, or the server
 * withholds it. An empty page would look like the whole folder, so Sluice asks the server in two other ways first.
 */
import { TransferError, toTransferError } from '../../../errors.js';
import { parentKey } from '../../../model/key.js';
import { folderOf, type Scope, textOf } from '../../../model/scope.js';
import { say } from '../../../texts/say.js';
import { listerOf } from '../../capabilities.js';
import type { Source } from '../../source.js';
import type { ListRequestOptions } from '../list-options.js';
import { LoopGuard } from '../loop-guard.js';
import { type ScopePage, scopePage } from '../scope-page.js';

/** The most pages of the parent to check. */
const PARENT_PAGES = 20;

/** The folders of a parent, listed again. */
interface Look {
  readonly parent: string;
  readonly directories: ReadonlySet<string>;
  /** Whether these are all folders of the parent. */
  readonly isWhole: boolean;
}

export class MissingFolders {
  readonly #source: Source;
  readonly #options: ListRequestOptions;
  /** The last look. When many folders of one parent are deleted, the parent is listed again once, not each time. */
  #look: { parent: string; promise: Promise<Look> } | undefined;

  constructor(source: Source, options: ListRequestOptions) {
    this.#source = source;
    this.#options = options;
  }

  /**
   * Whether the server says that it is a file. Returns false on an ordinary error: the next question will show it
   * again.
   */
  async isFile(directory: string): Promise<boolean> {
    try {
      const isThere = await this.#ask(() => this.#has(directory, 'file'));
      // A server without kinds answers yes to both.
      return isThere === true && !(await this.#ask(() => this.#has(directory, 'folder')));
    } catch (thrown) {
      const error = toTransferError(thrown);
      if (this.#options.signal.aborted || error.verdict === 'fatal') throw error;
      return false;
    }
  }

  /**
   * Why the folder does not count as deleted, as text; undefined if it is deleted. Rejects on a fatal error and when
   * aborted.
   */
  async objection(directory: string): Promise<string | undefined> {
    try {
      if (await this.#ask(() => this.#has(directory, 'folder'))) return say.sources.listing.saysThere;
      const parent = parentKey(directory);
      const where = parent === '' ? this.#source.url : JSON.stringify(parent);
      if (this.#look?.parent === parent && isAbsent(directory, await this.#look.promise)) return undefined;
      this.#look = { parent, promise: this.#listAgain(parent) };
      const look = await this.#look.promise;
      if (isAbsent(directory, look)) return undefined;
      if (look.directories.has(directory)) return say.sources.listing.stillNamed(where);
      return say.sources.listing.tooManyPages(where, PARENT_PAGES);
    } catch (thrown) {
      this.#look = undefined;
      const error = toTransferError(thrown);
      if (this.#options.signal.aborted || error.verdict === 'fatal') throw error;
      return say.sources.listing.notKnown(error.message);
    }
  }

  async #has(key: string, kind: 'file' | 'folder'): Promise<boolean> {
    return (await listerOf(this.#source).has?.(key, kind)) ?? false;
  }

  async #listAgain(parent: string): Promise<Look> {
    const directories = new Set<string>();
    /** A large folder may be listed in parts. */
    const parts: Scope[] = [parent];
    let pages = 0;
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const guard = new LoopGuard();
      let cursor: string | undefined;
      do {
        if (pages++ === PARENT_PAGES) return { parent, directories, isWhole: false };
        const [scope, from] = [part, cursor];
        const page = await this.#ask(() => this.#listed(scope, from), isNotFound);
        if (page === undefined) {
          await this.#mustBeGone(parent);
          return { parent, directories, isWhole: true };
        }
        guard.check(cursor, page);
        for (const one of page.scopes) {
          const folder = folderOf(one);
          if (folder !== undefined) directories.add(folder);
          else parts.push(one);
        }
        cursor = page.nextCursor;
      } while (cursor !== undefined);
    }
    return { parent, directories, isWhole: true };
  }

  /** Throws for a page that may lack folders: it proves nothing. */
  async #listed(scope: Scope, cursor: string | undefined): Promise<ScopePage> {
    const page = scopePage(await listerOf(this.#source).listPage(textOf(scope), cursor));
    if (page.doubt !== undefined) throw page.doubt.error;
    return page;
  }

  /** If the parent is deleted, the folder is, too. But a server that answers 404 to everything has deleted nothing. */
  async #mustBeGone(parent: string): Promise<void> {
    const why = parent === '' ? say.sources.listing.sourceGone : await this.objection(parent);
    if (why !== undefined) throw new TransferError('ERR_LISTING', why);
  }

  /** Resolves to undefined if `isNothing` accepts the error. */
  #ask<T>(request: () => Promise<T>, isNothing?: (error: TransferError) => boolean): Promise<T | undefined> {
    const { pacer, signal } = this.#options;
    return pacer.ask(
      async () => {
        try {
          return await request();
        } catch (error) {
          if (isNothing?.(toTransferError(error))) return undefined;
          throw error;
        }
      },
      { signal },
    );
  }
}

function isAbsent(directory: string, { directories, isWhole }: Look): boolean {
  return isWhole && !directories.has(directory);
}

function isNotFound({ code }: TransferError): boolean {
  return code === 'ERR_NOT_FOUND';
}
