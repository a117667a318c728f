/** A list for the user, a line for each object: written beside its place and put there at the end. */
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
import { roomyFs } from '../../lib/files/roomy-fs.js';
import { type GiveWay, withRoomSync } from '../../lib/files/with-room.js';
import { entryToLine, type ObjectEntry } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import { withFiles } from '../../model/open-files.js';
import type { RejectKind } from '../../model/part.js';
import { carryOver, killedLists } from './carry-over.js';

/** An input line for `fetch`, plus what went wrong; `type` says what the entry is when it is no object. */
export function failureLine(entry: ObjectEntry, error: TransferError, attempts: number, type?: RejectKind): string {
  const fields = safeJson({ type, error: error.message, code: error.code, attempts });
  return `${entryToLine(entry).slice(0, -1)},${fields.slice(1)}`;
}

export interface ListOptions {
  /** For messages. @default 'the failures file' */
  what?: string;
  /** What a complete run without a line does: an empty list, no list, or the list as it was. @default 'empty' */
  whenNone?: 'empty' | 'remove' | 'keep';
}

export interface FailuresFile {
  readonly path: string;
  /** Returns a promise only when the disk is behind; await it, then memory stays bounded. */
  record(line: string): Promise<void> | undefined;
  /**
   * Puts the file in its place. After a complete run the one before is kept as `<path>.previous`: it may have been the
   * input of this very run. A run that was cut short has not seen to all of it, so its lines are taken over instead.
   */
  close(end: { isComplete: boolean }): Promise<void>;
}

/**
 * `fetch < failures.ndjson` reads the file that the run rewrites: a new file that takes its place at the end leaves
 * the reader's open one as it is. What the disk has no room for is tried again as long as some gives way. Anything else than a regular file (`/dev/stderr`, a pipe) is written directly.
 */
export function openFailures(
  given: string,
  giveWay?: GiveWay,
  { what = 'the failures file', whenNone = 'empty' }: ListOptions = {},
): FailuresFile {
  const { path, isDirect } = locate(given);
  // Named after the process: a second run on the same folder keeps a list of its own.
  const target = isDirect ? path : `${path}.${process.pid}.part`;
  let stream: WriteStream | undefined;
  let failure: Error | undefined;

  function open(): WriteStream {
    if (!isDirect) {
      mkdirSync(dirname(target), { recursive: true });
      // Made anew: whatever has that name, a link included, is not written through.
      rmSync(target, { recursive: true, force: true });
    }
    // Only a file: the opening of a pipe waits for its reader.
    const flags = isDirect ? 'a' : 'wx';
    const fd = isDirect ? undefined : withRoomSync(() => openSync(target, flags), giveWay);
    const opened = createWriteStream(target, { ...(fd !== undefined && { fd }), flags, ...roomyFs(giveWay) });
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

  /** Once a file can be opened. */
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
    // Nothing to say: what is in place stays, a pipe is not even opened.
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

/** A link is written through, not replaced; and what only looks like a file (`/dev/stdout > log`) is somebody else's. */
function locate(given: string): { path: string; isDirect: boolean } {
  // (`/dev/shm` is a disk like any other.)
  if (/^\/(proc|dev\/(?!shm\/))/.test(given)) return { path: given, isDirect: true };
  if (!existsSync(given)) return { path: given, isDirect: false };
  const path = realpathSync(given);
  return { path, isDirect: !statSync(path).isFile() };
}

/**
 * An empty list is not worth keeping, and must not replace one that is. The list keeps its own name as well until the
 * new one takes it, so that a kill at any point leaves it where the user looks for it.
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

/** Whether a run that was killed has left a list, which only the next one can put where the user looks for it. */
function hasKilledLists(path: string): boolean {
  return existsSync(dirname(path)) && killedLists(path).length > 0;
}

/** There is nothing to say any more. */
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
  return localError('ERR_FAILURES_FILE', `${what} ${path} cannot be written: ${why}`, error);
}
