/**
 * What the runs in a folder did, for `report`: a line in `.sluice/runs.ndjson` for each run that has ended, and
 * `run-now.json` of the run at work. A run that is killed leaves the latter; the next run enters it as killed. A build that
 * does not know these files leaves them alone; a run of such a build is missing there.
 */
import { closeSync, constants, fstatSync, openSync, readSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../../lib/files/replace-file.js';
import { safeJson } from '../../model/json.js';
import { isLoggedRun, type LoggedRun } from './logged-run.js';

/** Read at most: the runs before that are too many to show. */
const READ_BYTES = 1024 * 1024;
/** A longer file is cut to its last half. */
const KEPT_BYTES = READ_BYTES;
const LINE_FEED = 10;

export interface RunLogFiles {
  readonly ended: string;
  readonly now: string;
}

/** `stateFolder`: `.sluice` of the folder that keeps the job. */
export function runLogFiles(stateFolder: string): RunLogFiles {
  return { ended: join(stateFolder, 'runs.ndjson'), now: join(stateFolder, 'run-now.json') };
}

export interface KnownRuns {
  /** Oldest first. */
  readonly ended: readonly LoggedRun[];
  /** A run at work, or one that was killed. */
  readonly now: LoggedRun | undefined;
}

/** Never throws: what cannot be read is not known. Reads a bounded part, and follows no link. */
export function readRunLog({ ended, now }: RunLogFiles): KnownRuns {
  const runs = linesOf(readTail(ended, READ_BYTES));
  const [last] = linesOf(readTail(now, READ_BYTES));
  // A run may be killed between its last two writes.
  const isEntered = last !== undefined && runs.some((run) => isSame(run, last));
  return { ended: runs, now: isEntered ? undefined : last };
}

function isSame(one: LoggedRun, other: LoggedRun): boolean {
  return one.pid === other.pid && one.startedAt === other.startedAt;
}

function linesOf(text: string): LoggedRun[] {
  const runs: LoggedRun[] = [];
  for (const line of text.split('\n')) {
    try {
      const run: unknown = JSON.parse(line);
      if (isLoggedRun(run)) runs.push(run);
    } catch {
      // A kill cut the line off, or it is only the end of one.
    }
  }
  return runs;
}

/** The last bytes of a regular file, '' where there is none. Never throws. */
export function readTail(path: string, limitBytes: number): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) return '';
    const bytes = Buffer.alloc(Math.min(stat.size, limitBytes));
    const read = readSync(fd, bytes, 0, bytes.length, stat.size - bytes.length);
    return bytes.toString('utf8', 0, read);
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Writes the run at work. Rejects with system errors; the file is then as it was. */
export function writeRunNow({ now }: RunLogFiles, run: LoggedRun): Promise<void> {
  return replaceFile(now, `${safeJson(run)}\n`);
}

/** Enters a run that has ended, and removes it as the one at work. Rejects with system errors. */
export async function enterRun({ ended, now }: RunLogFiles, run: LoggedRun): Promise<void> {
  await append(ended, `${safeJson(run)}\n`);
  rmSync(now, { force: true });
}

/** Enters the run that was killed before this one, if there is one. Rejects with system errors. */
export async function enterKilled(files: RunLogFiles): Promise<void> {
  const { now } = readRunLog(files);
  if (now === undefined) rmSync(files.now, { force: true });
  else await enterRun(files, now);
}

async function append(path: string, line: string): Promise<void> {
  const file = await open(
    path,
    constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW,
    0o666,
  );
  let size = 0;
  try {
    size = (await file.stat()).size;
    const start = (await endsTorn(file, size)) ? '\n' : '';
    const { bytesWritten } = await file.write(start + line);
    if (bytesWritten < Buffer.byteLength(start + line)) await file.truncate(size);
  } finally {
    await file.close();
  }
  if (size > KEPT_BYTES) await replaceFile(path, wholeLines(readTail(path, KEPT_BYTES / 2)));
}

async function endsTorn(file: FileHandle, size: number): Promise<boolean> {
  const last = Buffer.alloc(1);
  return size > 0 && (await file.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== LINE_FEED;
}

/** Without the first line, which is cut. */
function wholeLines(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}
