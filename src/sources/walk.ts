/**
 * Walks a tree of folders depth-first, page by page, several folders at once. The frontier is a stack of frames
 * {folder, next cursor, subfolders of its last page not yet begun}: its size is bounded by
 * list-concurrency × depth × page size, whatever the size of the bucket.
 */
import { TransferError, toTransferError } from '../errors.js';
import { withRetries } from '../flow/retry.js';
import type { Page } from '../model/part.js';
import type { ListedPage, Source } from './source.js';

export interface WalkOptions {
  /** Folders listed at once. */
  listConcurrency: number;
  /** Attempts per page beyond the first. */
  retries: number;
  /** Ends the walk early: no new page is asked for, nothing more is yielded. */
  signal: AbortSignal;
  /** Folders that need not be listed at all. */
  isPruned?: (directory: string) => boolean;
  onRetry?: (error: TransferError) => void;
}

interface Frame {
  readonly directory: string;
  cursor: string | undefined;
  /** Begun last-to-first by `pop`, so kept in reverse. */
  subfolders: string[];
  isBusy: boolean;
  /** Brent's cycle finder: a cursor remembered at each power of two pages; meeting it again proves a loop. */
  landmark: string | undefined;
  pages: number;
  /** First name of the last page, and how many pages in a row have brought no other. */
  firstKey: string | undefined;
  stalePages: number;
}

/**
 * Yields every page below `directory` ('' for SOURCE itself) in the order in which the server answers. Throws when
 * SOURCE itself cannot be listed or a fatal error comes; any other folder that cannot be listed becomes a reject.
 */
export async function* walk(source: Source, directory: string, options: WalkOptions): AsyncGenerator<Page, void, void> {
  const { listConcurrency, signal, isPruned } = options;
  const stack: Frame[] = [newFrame(directory)];
  const ready: Page[] = [];
  let active = 0;
  let failure: TransferError | undefined;
  let wake: (() => void) | undefined;
  const abort = () => wake?.();
  signal.addEventListener('abort', abort);

  function begin(frame: Frame): void {
    frame.isBusy = true;
    active++;
    listOne(source, frame, options)
      .then((page) => {
        frame.isBusy = false;
        frame.cursor = page.nextCursor;
        frame.subfolders = followable(page)
          .filter((directory) => !isPruned?.(directory))
          .reverse();
        if (page.entries.length > 0 || page.rejects.length > 0) ready.push(page);
        if (isFinished(frame)) stack.splice(stack.lastIndexOf(frame), 1);
      })
      .catch((error) => {
        failure ??= toTransferError(error);
      })
      .finally(() => {
        active--;
        wake?.();
      });
  }

  try {
    for (;;) {
      // At most listConcurrency pages wait or are on their way: the reader sets the pace.
      while (active + ready.length < listConcurrency) {
        const frame = nextFrame(stack);
        if (frame === undefined || signal.aborted || failure !== undefined) break;
        begin(frame);
      }
      if (signal.aborted) return;
      if (failure !== undefined) throw failure;
      const page = ready.shift();
      if (page !== undefined) yield page;
      else if (active === 0) return;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    }
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function newFrame(directory: string): Frame {
  return {
    directory,
    cursor: undefined,
    subfolders: [],
    isBusy: false,
    landmark: undefined,
    pages: 0,
    firstKey: undefined,
    stalePages: 0,
  };
}

/** From the top of the stack: a subfolder not yet begun comes before its folder's next page, so that the stack stays small. */
function nextFrame(stack: Frame[]): Frame | undefined {
  for (let index = stack.length - 1; index >= 0; index--) {
    const frame = stack[index]!;
    if (frame.isBusy) continue;
    const subfolder = frame.subfolders.pop();
    if (subfolder === undefined) return frame;
    const child = newFrame(subfolder);
    stack.push(child);
    if (isFinished(frame)) stack.splice(index, 1);
    return child;
  }
  return undefined;
}

/** Only asked of frames that have been listed: nothing left to begin, no next page. */
function isFinished(frame: Frame): boolean {
  return frame.cursor === undefined && frame.subfolders.length === 0;
}

/** One page, with retries. A folder that cannot be listed becomes a reject, so that the others go on. */
async function listOne(source: Source, frame: Frame, options: WalkOptions): Promise<ListedPage> {
  const { directory, cursor } = frame;
  const { retries, signal, onRetry } = options;
  let attempts = 0;
  try {
    return await withRetries(
      async () => {
        attempts++;
        const page = await source.listPage(directory, cursor);
        checkProgress(frame, page);
        return page;
      },
      { retries, signal, ...(onRetry && { onRetry }) },
    );
  } catch (thrown) {
    const error = toTransferError(thrown);
    if (signal.aborted || error.verdict === 'fatal') throw error;
    return failedPage(source, frame, error, attempts);
  }
}

function failedPage(source: Source, { directory, cursor }: Frame, error: TransferError, attempts: number): ListedPage {
  const page = { entries: [], rejects: [], directories: [], nextCursor: undefined };
  // Only of the first page: when a later one is missing, what came before it would pass for the whole folder.
  const isMissing = error.code === 'ERR_NOT_FOUND' && cursor === undefined;
  if (directory === '') {
    if (isMissing) {
      throw new TransferError('ERR_BUCKET', `${source.url} does not exist (${error.message}); check SOURCE`, {
        cause: error,
      });
    }
    throw new TransferError('ERR_LIST_ROOT', `${source.url} could not be listed: ${error.message}`, { cause: error });
  }
  // Deleted since its parent was listed: normal in a live bucket, and nothing of it is left to copy.
  if (isMissing) return page;
  const message = `folder ${JSON.stringify(directory)} could not be listed: ${error.message}`;
  const reject = {
    entry: { key: directory },
    error: new TransferError('ERR_LISTING', message, { cause: error }),
    attempts,
    kind: 'folder' as const,
  };
  return { ...page, rejects: [reject] };
}

/** How many pages in a row may bring nothing new. An honest server sends an empty or a repeated page now and then. */
const STALE_PAGES_LIMIT = 100;

/**
 * Refuses a listing that does not come to an end. A cursor that comes back is found in constant memory whatever the
 * length of the circle (R. P. Brent, BIT 20, 1980); fresh cursors with nothing new behind them are counted.
 */
function checkProgress(frame: Frame, { entries, directories, nextCursor }: ListedPage): void {
  if (nextCursor === undefined) return;
  if (nextCursor === frame.cursor || nextCursor === frame.landmark) {
    throw new TransferError('ERR_LISTING', 'the listing goes in circles: a cursor came back');
  }
  const firstKey = entries[0]?.key ?? directories[0];
  const isStale = firstKey === undefined || firstKey === frame.firstKey;
  if (isStale && frame.stalePages >= STALE_PAGES_LIMIT) {
    throw new TransferError(
      'ERR_LISTING',
      `the listing does not get on: ${STALE_PAGES_LIMIT} pages without anything new`,
    );
  }
  frame.stalePages = isStale ? frame.stalePages + 1 : 0;
  frame.firstKey = firstKey;
  frame.pages++;
  if ((frame.pages & (frame.pages - 1)) === 0) frame.landmark = nextCursor;
}

/** No disk holds a longer path (Linux: PATH_MAX); a folder that contains itself would be followed for ever. */
const MAX_DIRECTORY_BYTES = 4_096;

/** The folders of a page that can be followed; the others become rejects. */
function followable({ directories, rejects }: ListedPage): string[] {
  return directories.filter((directory) => {
    if (Buffer.byteLength(directory) <= MAX_DIRECTORY_BYTES) return true;
    const message = `folder ${JSON.stringify(directory.slice(0, 60))}…: its path has more than ${MAX_DIRECTORY_BYTES} bytes`;
    rejects.push({ entry: { key: directory }, error: new TransferError('ERR_NAME_TOO_LONG', message), kind: 'name' });
    return false;
  });
}
