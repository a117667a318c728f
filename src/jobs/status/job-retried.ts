/** The current totals of a job: its failures and gone objects, minus what a `fetch` has stored since. */
import { existsSync, statSync } from 'node:fs';
import type { JobState } from '../../journal/job-state.js';
import { Tally } from '../../model/tally.js';
import { failuresFileOf, goneFileOf, type JobPlace } from '../plan/job-place.js';
import {
  type Failure,
  failureLists,
  failureName,
  failuresIn,
  failuresOfJob,
  type RetriedLine,
  retriedLines,
} from '../run/retried.js';

export interface LeftOver {
  readonly totals: Tally;
  /** Objects found. */
  readonly found: number;
  /** Failures that a `fetch` has fixed. */
  readonly fixed: number;
  /** A file that names every remaining failure. Undefined when there is none, or when no file names all of them. */
  readonly failuresFile: string | undefined;
  /** The same for gone objects. */
  readonly goneFile: string | undefined;
}

/** Reads only. With `isRunning` the lists of failures still grow. */
export async function leftOver(place: JobPlace, state: JobState, isRunning: boolean): Promise<LeftOver> {
  const totals = state.knownTotals;
  const writtenMs = state.checkpoints.at(-1)?.atMs ?? state.startedAtMs;
  const usual = {
    failuresFile: totals.failed > 0 ? failuresFileOf(place, writtenMs) : undefined,
    goneFile: totals.gone > 0 ? goneFileOf(place, writtenMs) : undefined,
  };
  const plain = { totals, found: state.found, fixed: 0, ...usual };
  if (totals.failed + totals.gone === 0) return plain;
  const lines = await readRetried(place, state);
  if (lines.size === 0 && (isRunning || !isWrittenSince(place))) return plain;
  const account = new Account(state, lines);
  for await (const failure of failuresOf(place, state)) account.enter(failure);
  account.enterRest();
  const { found, fixed, open, gone } = account;
  // When no list named an object, no list can be searched for it.
  const fileOf = (names: ReadonlySet<string>, count: number, file: string | undefined) =>
    names.size > 0 || count === 0 ? listOf(place, names) : Promise.resolve(file);
  return {
    ...{ totals: account.totals, found, fixed },
    failuresFile: await fileOf(open, account.totals.failed, usual.failuresFile),
    goneFile: await fileOf(gone, account.totals.gone, usual.goneFile),
  };
}

/** The last line for each failure. */
async function readRetried(place: JobPlace, { id }: JobState): Promise<Map<string, RetriedLine>> {
  const last = new Map<string, RetriedLine>();
  for await (const line of retriedLines(place)) {
    if (line.job !== id) continue;
    const name = failureName(line.key, line.type);
    const before = last.get(name);
    // A killed fetch stored the object, so the next fetch finds it and skips it. It counts as stored.
    last.set(name, line.status === 'skipped' && before?.status === 'stored' ? before : line);
  }
  return last;
}

/** Each failure once. */
async function* failuresOf(place: JobPlace, state: JobState): AsyncGenerator<Failure> {
  const seen = new Set<string>();
  for await (const failure of failuresOfJob(place, state)) {
    const name = failureName(failure.key, failure.type);
    if (seen.has(name)) continue;
    seen.add(name);
    yield failure;
  }
}

class Account {
  readonly totals: Tally;
  /** Names of the remaining failures. */
  readonly open = new Set<string>();
  /** Names of the objects that are still gone. */
  readonly gone = new Set<string>();
  found: number;
  fixed = 0;
  readonly #lines: Map<string, RetriedLine>;
  readonly #folders = new Set<string>();

  constructor(state: JobState, lines: Map<string, RetriedLine>) {
    this.totals = state.knownTotals;
    this.found = state.found;
    // A later run listed the pages again that were open then, and counted their objects. So earlier lines do not count.
    const isCurrent = ({ run }: RetriedLine) => state.isFinished || run === state.runs;
    this.#lines = new Map([...lines].filter(([, line]) => isCurrent(line)));
  }

  /** A failure or a gone object of the job, and its result in a fetch. */
  enter(failure: Failure): void {
    const { key, type, code, isGone } = failure;
    const name = failureName(key, type);
    if (type === 'folder') this.#folders.add(key);
    const line = this.#lines.get(name);
    this.#lines.delete(name);
    if (isGone) {
      this.#enterGone(name, line);
      return;
    }
    if (line === undefined || !this.totals.codes[code]) {
      this.open.add(name);
      return;
    }
    const before = new Tally();
    before.failed = 1;
    before.codes = { [code]: 1 };
    this.totals.subtract(before);
    if (line.status === 'listed') this.found--;
    else this.#count(name, line);
    if (line.status !== 'failed') this.fixed++;
  }

  #enterGone(name: string, line: RetriedLine | undefined): void {
    const isBack = line !== undefined && line.status !== 'gone' && line.code !== 'ERR_NOT_FOUND';
    if (!isBack || this.totals.gone === 0) {
      this.gone.add(name);
      return;
    }
    this.totals.gone--;
    if (line.status === 'listed') this.found--;
    else this.#count(name, line);
  }

  /** Objects of a folder that could not be listed before. */
  enterRest(): void {
    for (const [name, line] of this.#lines) {
      if (line.status === 'listed' || !this.#isBelow(line.key)) continue;
      this.found++;
      this.#count(name, line);
    }
  }

  #count(name: string, { status, bytes = 0, code = 'ERR_INTERNAL', checkedBy }: RetriedLine): void {
    if (status === 'failed') {
      this.totals.failed++;
      this.totals.codes[code] = (this.totals.codes[code] ?? 0) + 1;
      this.open.add(name);
    } else if (status === 'gone') {
      this.totals.gone++;
      this.gone.add(name);
    } else {
      this.totals.stored++;
      this.totals.bytes += bytes;
      if (checkedBy !== undefined) this.totals.checkedBy(checkedBy);
    }
  }

  #isBelow(key: string): boolean {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
      if (this.#folders.has(key.slice(0, end))) return true;
    }
    return false;
  }
}

/** Whether a run after the job's last run wrote the list for the user. */
function isWrittenSince({ failures, journal }: JobPlace): boolean {
  if (failures === undefined || !existsSync(failures)) return false;
  return statSync(failures).mtimeMs > statSync(journal).mtimeMs;
}

/** The first list that names all these objects. A `fetch` writes a list with its own lines only. */
async function listOf(place: JobPlace, open: ReadonlySet<string>): Promise<string | undefined> {
  if (open.size === 0) return undefined;
  for (const list of failureLists(place).reverse()) {
    const missing = new Set(open);
    for await (const { key, type } of failuresIn(list)) missing.delete(failureName(key, type));
    if (missing.size === 0) return list;
  }
  return undefined;
}
