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
        frame.subfolders = page.directories.filter((directory) => !isPruned?.(directory)).reverse();
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
  return { directory, cursor: undefined, subfolders: [], isBusy: false, landmark: undefined, pages: 0 };
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
        checkCursor(frame, page.nextCursor);
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
    record: { type: 'folder' },
  };
  return { ...page, rejects: [reject] };
}

/** A cursor that comes back would page for ever. Finds any cycle, in constant memory (R. P. Brent, BIT 20, 1980). */
function checkCursor(frame: Frame, next: string | undefined): void {
  if (next === undefined) return;
  if (next === frame.cursor || next === frame.landmark) {
    throw new TransferError('ERR_LISTING', 'the listing goes in circles: a cursor came back');
  }
  frame.pages++;
  if ((frame.pages & (frame.pages - 1)) === 0) frame.landmark = next;
}
