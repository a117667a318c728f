/**
 * Lists one page of a folder, with retries. A page that cannot be listed becomes a reject, so that other pages
 * continue.
 */
import { TransferError, toTransferError } from '../../errors.js';
import { MAX_DIRECTORY_BYTES } from '../../model/key.js';
import { completePage, listerOf } from '../capabilities.js';
import { isBeyondHope } from '../first-contact.js';
import type { ListedPage, Source } from '../source.js';
import { failedPage } from './failed-page.js';
import { distinct, isFolded } from './folders/folded.js';
import { MissingFolders } from './folders/missing-folder.js';
import type { ListRequestOptions } from './list-options.js';
import type { LoopGuard } from './loop-guard.js';

export interface ListPageOptions extends ListRequestOptions {
  /**
   * Tells a deleted folder from one that the server does not give. Shared by all folders, since it remembers the
   * parent's listing.
   */
  missing?: MissingFolders | undefined;
}

/** Place of a page. */
export interface PagePlace {
  readonly directory: string;
  readonly cursor: string | undefined;
  readonly guard: LoopGuard;
  /** The job lists other places too, so a failure of SOURCE's first page is an ordinary failure. */
  readonly isOneOfMany?: boolean | undefined;
}

/** Rejects if SOURCE itself gives nothing, on a fatal error, and when `signal` aborts. */
export async function listPage(source: Source, place: PagePlace, options: ListPageOptions): Promise<ListedPage> {
  const { directory, cursor, guard } = place;
  const { pacer, signal, onRetry, probe } = options;
  const lister = listerOf(source);
  let attempts = 0;
  /** The last answer that could be read only in part. */
  let doubtful: ListedPage | undefined;
  const list = () =>
    pacer.ask(
      async () => {
        attempts++;
        const listed = completePage(await lister.listPage(directory, cursor));
        if (listed.doubt !== undefined) {
          doubtful = listed;
          throw listed.doubt.error;
        }
        guard.check(cursor, listed);
        probe?.listed(place);
        const page =
          cursor === undefined
            ? await distinct(lister, directory, { page: listed, another: () => pacer.another() })
            : listed;
        guard.passed(page);
        return page;
      },
      {
        ...{ signal, ...(onRetry && { onRetry }) },
        workOf: ({ entries, directories }) => entries.length + directories.length,
        isBeyondHope: (error) => isBeyondHope(source, 'listings', error),
      },
    );
  try {
    return await list().catch(async (thrown) => {
      // (Only for the first page: if a later page is missing, the pages before it would look like the whole folder.)
      const isMissing = toTransferError(thrown).code === 'ERR_NOT_FOUND' && cursor === undefined && directory !== '';
      if (!isMissing) throw thrown;
      const missing = options.missing ?? new MissingFolders(source, options);
      if (await missing.isFile(directory)) return filePage(directory);
      const objection = await missing.objection(directory);
      if (objection === undefined) return gonePage(directory, thrown);
      // The server contradicts itself; the next answer may be right.
      return list().catch((again) => {
        const error = toTransferError(again);
        if (error.code !== 'ERR_NOT_FOUND') throw error;
        throw new TransferError('ERR_LISTING', `${error.message}, but ${objection}`, { cause: error });
      });
    });
  } catch (thrown) {
    const error = toTransferError(thrown);
    // These errors are not caused by the folder.
    if (signal.aborted || error.verdict === 'fatal' || error.code === 'ERR_OPEN_FILES') throw error;
    // A partial page of a folder that may be another one cannot be compared, so none of it is used.
    const known = cursor === undefined && isFolded(directory) ? undefined : doubtful;
    return failedPage(source, place, { error, attempts, doubtful: known });
  }
}

/** In a JSON listing a file whose content type is the word for folders looks like a folder. */
function filePage(directory: string): ListedPage {
  return { entries: [{ key: directory }], rejects: [], directories: [], nextCursor: undefined };
}

/** The folder was deleted after its parent was listed. This is normal in a live bucket; nothing is left to copy. */
function gonePage(directory: string, cause: TransferError): ListedPage {
  const message = `folder ${JSON.stringify(directory)} is gone since its parent was listed: ${cause.message}`;
  const reject = {
    entry: { key: directory },
    error: new TransferError('ERR_NOT_FOUND', message, { cause }),
    kind: 'folder' as const,
  };
  return { entries: [], rejects: [reject], directories: [], nextCursor: undefined };
}

/** The folders of a page that can be followed; others become rejects. */
export function followable({ directories, rejects }: ListedPage): string[] {
  return directories.filter((directory) => {
    if (Buffer.byteLength(directory) <= MAX_DIRECTORY_BYTES) return true;
    const message = `folder ${JSON.stringify(directory.slice(0, 60))}…: its path has more than ${MAX_DIRECTORY_BYTES} bytes`;
    rejects.push({ entry: { key: directory }, error: new TransferError('ERR_NAME_TOO_LONG', message), kind: 'name' });
    return false;
  });
}
