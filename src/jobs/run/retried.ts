/**
 * Notes what a `fetch` does with the failures and gone objects of the job in its folder: one line for each outcome.
 * From these lines `status` counts the failures that remain. It notes nothing else about the fetch.
 */
import { createWriteStream, existsSync, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { isGoneLine } from '../../events/lists/gone.js';
import type { RetryRecorder } from '../../events/outcomes.js';
import type { JobState } from '../../journal/job-state.js';
import { loadJob } from '../../journal/load.js';
import { linesOfList } from '../../lib/files/list-lines.js';
import { type HashIndex, openHashIndex } from '../../lib/record-index/hash-index.js';
import { HASH_LOG_RECORD_BYTES, HashLog } from '../../lib/record-index/hash-log.js';
import { keyHash } from '../../lib/record-index/key-hash.js';
import type { RejectKind } from '../../model/batch.js';
import type { CheckedBy } from '../../model/digest.js';
import type { ObjectEntry } from '../../model/entry.js';
import { safeJson } from '../../model/json.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { Outcome } from '../../model/outcome.js';
import { findJob, type JobPlace } from '../plan/job-place.js';
import type { Config } from '../run-options.js';

/** One line of the note file. */
export interface RetriedLine {
  /** Id of the job, and the number of its runs so far. */
  readonly job: string;
  readonly run: number;
  readonly key: string;
  readonly type?: RejectKind;
  /** `listed` is for a folder: it is listed to the end, and its objects are settled. */
  readonly status: Outcome['status'] | 'listed';
  readonly bytes?: number;
  readonly checkedBy?: CheckedBy | undefined;
  readonly code?: string;
}

/** Identifies a failure. */
export function failureName(key: string, type?: string): string {
  return type === undefined ? key : `${type}\0${key}`;
}

export interface Failure {
  readonly key: string;
  readonly type?: RejectKind;
  readonly code: string;
  /** Not a failure: the object was listed, and was gone when Sluice fetched it. */
  readonly isGone: boolean;
}

/** Lists of failures and gone objects, the job's own list first. Only the user's lists have the lines of open pages. */
export function failureLists({ jobFailures, failures, gone }: JobPlace): string[] {
  return [jobFailures, failures, gone].filter((list) => list !== undefined);
}

/** All failures of the job that any file names. Some may come twice. */
export async function* failuresOfJob(place: JobPlace, state: JobState): AsyncGenerator<Failure> {
  // Failures of pages that are settled and not committed yet.
  for (const { lines = [] } of state.settled.values())
    yield* lines.map(parseFailure).filter((one) => one !== undefined);
  for (const list of state.isFinished ? [place.jobFailures] : failureLists(place)) yield* failuresIn(list);
}

/** The whole lines of a list of failures. A line that a kill cut off does not count. */
export async function* failuresIn(path: string): AsyncGenerator<Failure> {
  if (!existsSync(path)) return;
  for await (const line of linesOfList(path)) {
    const failure = parseFailure(line);
    if (failure !== undefined) yield failure;
  }
}

function parseFailure(line: string): Failure | undefined {
  try {
    const { key, type, code } = JSON.parse(line);
    return typeof key === 'string' ? { key, type, code: String(code), isGone: isGoneLine(line) } : undefined;
  } catch {
    return undefined;
  }
}

function retriedPath(place: JobPlace): string {
  return join(place.path, STATE_FOLDER, 'retried.ndjson');
}

/** The notes so far, in order. */
export async function* retriedLines(place: JobPlace): AsyncGenerator<RetriedLine> {
  const path = retriedPath(place);
  if (!existsSync(path)) return;
  for await (const text of linesOfList(path)) {
    try {
      const line = JSON.parse(text);
      if (typeof line.key === 'string' && typeof line.status === 'string') yield line;
    } catch {
      // A kill cut off this line.
    }
  }
}

interface RetriedParts {
  readonly failures: HashIndex;
  readonly folders: Set<string>;
  readonly path: string;
  /** The existing notes are about this job too. */
  readonly isOfJob: boolean;
  readonly temp: string;
}

export class Retried implements RetryRecorder {
  readonly #state: JobState;
  readonly #failures: HashIndex;
  /** Folders that the job could not list. The job never counted the objects below them. */
  readonly #folders: ReadonlySet<string>;
  readonly #output: WriteStream;
  readonly #begun = new Set<string>();
  readonly #temp: string;

  private constructor(state: JobState, { failures, folders, path, isOfJob, temp }: RetriedParts) {
    this.#state = state;
    this.#failures = failures;
    this.#folders = folders;
    this.#temp = temp;
    this.#output = createWriteStream(path, { flags: isOfJob ? 'a' : 'w' });
    // Only `status` reads this file, so a write error does not end the copy.
    this.#output.on('error', () => {});
  }

  /** Undefined when the folder has no job with failures or gone objects, or when the file cannot be written. */
  static async open({ command, to, isDryRun, queue }: Config, source: string): Promise<Retried | undefined> {
    if (command !== 'fetch' || isDryRun || queue !== undefined || to.length === 0) return undefined;
    let temp: string | undefined;
    try {
      const place = findJob({ folder: to[0]! });
      const { state } = loadJob(place.journal);
      // The same key of another SOURCE is another object.
      if (state === undefined || state.identity.source !== source) return undefined;
      const { failed, gone } = state.knownTotals;
      if (failed + gone === 0) return undefined;
      temp = mkdtempSync(join(to[0]!, STATE_FOLDER, 'tmp', `${process.pid}-retried-`));
      const { failures, folders } = await readFailures(failuresOfJob(place, state), temp);
      const first = await retriedLines(place).next();
      const isOfJob = !first.done && first.value.job === state.id;
      return new Retried(state, { failures, folders, path: retriedPath(place), isOfJob, temp });
    } catch {
      if (temp !== undefined) rmSync(temp, { recursive: true, force: true });
      return undefined;
    }
  }

  /** The listing of a folder starts that could not be listed before. */
  readonly folderBegun = (folder: string): void => {
    if (this.#folders.has(folder)) this.#begun.add(folder);
  };

  settled({ key }: ObjectEntry, outcome: Outcome, type: RejectKind | undefined): void {
    if (type === 'folder') this.#begun.delete(key);
    const isKnown = this.#failures.has(keyHash(failureName(key, type)));
    // The job already counted a file that exists.
    if (!isKnown && (outcome.status === 'skipped' || !this.#isBelow(key))) return;
    this.#note({
      ...{ key, type, status: outcome.status },
      ...('bytes' in outcome && { bytes: outcome.bytes }),
      ...(outcome.status === 'stored' && { checkedBy: outcome.checkedBy }),
      ...(outcome.status === 'failed' && { code: outcome.error.code }),
    });
  }

  /** A folder is done when all objects from it are settled. */
  async end({ isComplete }: { isComplete: boolean }): Promise<void> {
    if (isComplete) for (const key of this.#begun) this.#note({ key, type: 'folder', status: 'listed' });
    this.#output.end();
    await finished(this.#output).catch(() => {});
    await this.#failures.close();
    rmSync(this.#temp, { recursive: true, force: true });
  }

  #note(fields: Omit<RetriedLine, 'job' | 'run' | 'type'> & { type?: RejectKind | undefined }): void {
    this.#output.write(`${safeJson({ job: this.#state.id, run: this.#state.runs, ...fields })}\n`);
  }

  #isBelow(key: string): boolean {
    if (this.#folders.size === 0) return false;
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      if (this.#folders.has(key.slice(0, end))) return true;
    }
    return false;
  }
}

async function readFailures(
  all: AsyncIterable<Failure>,
  temp: string,
): Promise<{ failures: HashIndex; folders: Set<string> }> {
  const path = join(temp, 'failures');
  const log = new HashLog(path);
  const folders = new Set<string>();
  try {
    for await (const { key, type } of all) {
      log.add(failureName(key, type));
      if (type === 'folder') folders.add(key);
    }
  } finally {
    log.close();
  }
  const failures = await openHashIndex(path, { recordBytes: HASH_LOG_RECORD_BYTES, tempFolder: temp });
  return { failures, folders };
}
