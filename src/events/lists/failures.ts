/** A list for the user, one line for each object. Sluice writes it to a temporary file, and renames that at the end. */
import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { isShortOfFiles, localError, type TransferError } from '../../errors.js';
import { fullDiskFs } from '../../lib/files/full-disk-fs.js';
import { type GiveWay, withSpaceSync } from '../../lib/files/with-space.js';
import type { RejectKind } from '../../model/batch.js';
import { entryToLine, type ObjectEntry } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import { withFiles } from '../../model/open-files.js';
import { say } from '../../texts/say.js';
import { carryOver, killedLists } from './carry-over.js';

/** An input line for `fetch`, plus the error. `type` names the kind of entry when it is not an object. */
export function failureLine(entry: ObjectEntry, error: TransferError, attempts: number, type?: RejectKind): string {
  const fields = safeJson({ type, error: error.message, code: error.code, attempts });
  return `${entryToLine(entry).slice(0, -1)},${fields.slice(1)}`;
}

export interface ListOptions {
  /** Name of the list in messages. @default that of the failures file */
  what?: string;
  /** After a complete run without a line: an empty list, no list, or the earlier list. @default 'empty' */
  whenNone?: 'empty' | 'remove' | 'keep';
}

export interface FailuresFile {
  readonly path: string;
  /** Returns a promise only when the disk is slower than the run. Await it, so that memory stays bounded. */
  record(line: string): Promise<void> | undefined;
  /**
   * Moves the file to its place. After a complete run the earlier file stays as `<path>.previous`: it may be the input
   * of this same run. An interrupted run did not process all of it, so the new file also takes its lines.
   */
  close(end: { isComplete: boolean }): Promise<void>;
}

/**
 * `fetch < failures.ndjson` reads the file that the run rewrites. The run writes a new file and renames it at the end,
 * so the reader's open file stays unchanged. When the disk is full, a write is retried as long as `giveWay` makes room.
 * Anything but a regular file (`/dev/stderr`, a pipe) is written directly.
 */
export function openFailures(
  given: string,
  giveWay?: GiveWay,
  { what = say.lists.failuresFile, whenNone = 'empty' }: ListOptions = {},
): FailuresFile {
  const { path, isDirect } = locate(given);
  // The name has the pid: a second run on the same folder writes its own list.
  const target = isDirect ? path : `${path}.${process.pid}.part`;
  let stream: WriteStream | undefined;
  let failure: Error | undefined;

  function open(): WriteStream {
    if (!isDirect) {
      mkdirSync(dirname(target), { recursive: true });
      // Remove anything with that name first, so that the run does not write through a link.
      rmSync(target, { recursive: true, force: true });
    }
    // Only for a file: opening a pipe waits for its reader.
    const flags = isDirect ? 'a' : 'wx';
    const fd = isDirect ? undefined : withSpaceSync(() => openSync(target, flags), giveWay);
    const opened = createWriteStream(target, { ...(fd !== undefined && { fd }), flags, ...fullDiskFs(giveWay) });
    opened.on('error', (error) => {
      failure ??= error;
    });
    return opened;
  }

  function record(line: string): Promise<void> | undefined {
    try {
      stream ??= open();
    } catch (error) {
      if (isShortOfFiles(error)) return opened().then(() => record(line));
      failure ??= error as Error;
    }
    if (failure !== undefined || stream === undefined) throw unwritable(what, path, failure);
    return stream.write(`${line}\n`) ? undefined : drained(stream, (error) => unwritable(what, path, error));
  }

  /** Waits until the process can open a file. */
  async function opened(): Promise<void> {
    try {
      await withFiles(() => {
        stream ??= open();
      });
    } catch (error) {
      throw unwritable(what, path, error);
    }
  }

  async function close({ isComplete }: { isComplete: boolean }): Promise<void> {
    // There are no lines: the existing list stays, and a pipe is not opened.
    if (stream === undefined && (isDirect || (!isComplete && !hasKilledLists(path)))) return;
    try {
      if (stream === undefined && isComplete && whenNone !== 'empty') return putAway(path, whenNone);
      await opened();
      stream!.end();
      await finished(stream!);
      if (isDirect) return;
      if (isComplete) keepPrevious(path);
      else await carryOver(path, target, giveWay);
      renameSync(target, path);
      if (isComplete) for (const list of killedLists(path)) rmSync(list);
    } catch (error) {
      throw unwritable(what, path, failure ?? error);
    }
  }

  return { path: given, record, close };
}

/** A link is written through, not replaced. A path that only looks like a file (`/dev/stdout > log`) is not ours. */
function locate(given: string): { path: string; isDirect: boolean } {
  // (`/dev/shm` is a normal disk.)
  if (/^\/(proc|dev\/(?!shm\/))/.test(given)) return { path: given, isDirect: true };
  if (!existsSync(given)) return { path: given, isDirect: false };
  const path = realpathSync(given);
  return { path, isDirect: !statSync(path).isFile() };
}

/**
 * An empty list is not worth keeping, and must not replace a list with lines. The list also keeps its own name until
 * the new one takes it. So after a kill at any point the user still finds it.
 */
function keepPrevious(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.size === 0) return;
  const previous = `${path}.previous`;
  rmSync(previous, { force: true });
  try {
    linkSync(path, previous);
  } catch {
    // A file system without hard links.
    renameSync(path, previous);
  }
}

/** Whether a killed run left a list. Only the next run can move it to the place where the user looks. */
function hasKilledLists(path: string): boolean {
  return existsSync(dirname(path)) && killedLists(path).length > 0;
}

/** Applies `how` after a complete run without lines, and removes the lists of killed runs. */
function putAway(path: string, how: 'remove' | 'keep'): void {
  if (!existsSync(dirname(path))) return;
  if (how === 'remove' && existsSync(path)) {
    keepPrevious(path);
    rmSync(path, { force: true });
  }
  for (const list of killedLists(path)) rmSync(list);
}

async function drained(stream: WriteStream, failed: (error: unknown) => TransferError): Promise<void> {
  try {
    await once(stream, 'drain');
  } catch (error) {
    throw failed(error);
  }
}

function unwritable(what: string, path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return localError('ERR_FAILURES_FILE', say.lists.unwritable(what, path, why), error);
}
