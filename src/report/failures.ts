/** The failures file: one line for each object that was given up, written beside its place and put there at the end. */
import { createWriteStream, renameSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import fsExtra from 'fs-extra';
import { TransferError } from '../errors.js';
import { entryToLine, type ObjectEntry } from '../model/entry.js';

/** An input line for `fetch`, plus what went wrong; `more` says what the entry is when it is no object. */
export function failureLine(entry: ObjectEntry, error: TransferError, attempts: number, more?: object): string {
  const fields = JSON.stringify({ ...more, error: error.message, code: error.code, attempts });
  return `${entryToLine(entry).slice(0, -1)},${fields.slice(1)}`;
}

export interface FailuresFile {
  readonly path: string;
  /** Returns a promise only when the disk is behind; await it, then memory stays bounded. */
  record(line: string): Promise<void> | undefined;
  /** Puts the file in its place. The one before is kept as `<path>.previous`: it may be the input of this very run. */
  close(): Promise<void>;
}

/**
 * `fetch < failures.ndjson` reads the file that the run rewrites: a new file that takes its place at the end leaves
 * the reader's open one as it is. Anything else than a regular file (`/dev/stderr`, a pipe) is written directly.
 */
export function openFailures(path: string): FailuresFile {
  const isDirect = fsExtra.existsSync(path) && !statSync(path).isFile();
  const target = isDirect ? path : `${path}.part`;
  let stream: WriteStream | undefined;
  let failure: Error | undefined;

  function open(): WriteStream {
    if (!isDirect) fsExtra.ensureFileSync(target);
    const opened = createWriteStream(target, { flags: 'w' });
    opened.on('error', (error) => {
      failure ??= error;
    });
    return opened;
  }

  function record(line: string): Promise<void> | undefined {
    stream ??= open();
    if (failure !== undefined) throw unwritable(path, failure);
    return stream.write(`${line}\n`) ? undefined : drained(stream, path);
  }

  async function close(): Promise<void> {
    try {
      if (isDirect && stream === undefined) return;
      stream ??= open();
      stream.end();
      await finished(stream);
      if (isDirect) return;
      if (fsExtra.existsSync(path)) keepPrevious(path);
      renameSync(target, path);
    } catch (error) {
      throw unwritable(path, failure ?? error);
    }
  }

  return { path, record, close };
}

/** An empty list is not worth keeping, and must not replace one that is. */
function keepPrevious(path: string): void {
  if (statSync(path).size > 0) renameSync(path, `${path}.previous`);
  else rmSync(path);
}

function drained(stream: WriteStream, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('drain', resolve);
    stream.once('error', (error) => reject(unwritable(path, error)));
  });
}

function unwritable(path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransferError('ERR_NO_SPACE', `the failures file ${path} cannot be written: ${why}`, { cause: error });
}
