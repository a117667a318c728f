/** Finds the files of a job: of a `list` beside its state, of any other in the first of its folders. Reads only. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isShortOfFiles } from '../../errors.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { JobFiles, StatusConfig } from '../options.js';

export interface JobPlace {
  /** The folder or file that the job is kept in. */
  readonly path: string;
  readonly journal: string;
  readonly lock: string;
  /** Failures of the pages that are done. */
  readonly jobFailures: string;
  /** The list that each run makes at its end; none for a `list`. */
  readonly failures: string | undefined;
  /** What the runs of the job, and those of `fetch`, say of themselves. */
  readonly runNote: string;
  readonly fetchNote: string | undefined;
  /** The same of what is gone. */
  readonly gone: string | undefined;
  readonly problems: readonly string[];
}

/** Where the job of a folder, or of a state file, would be; whether it is there remains to be seen. */
export function findJob(place: StatusConfig['place']): JobPlace {
  if ('file' in place) {
    const path = place.file;
    const jobFailures = `${path}.failures`;
    const lock = `${path}.lock`;
    return {
      path,
      journal: path,
      lock,
      jobFailures,
      failures: undefined,
      gone: undefined,
      ...findNotes(place),
      problems: [],
    };
  }
  const { folder, problems } = keepingFolder(place.folder);
  const inState = (name: string) => join(folder, STATE_FOLDER, name);
  return {
    path: folder,
    journal: inState('journal'),
    lock: inState('lock'),
    jobFailures: inState('job-failures.ndjson'),
    failures: inState('failures.ndjson'),
    ...findNotes({ folder }),
    gone: inState('gone.ndjson'),
    problems,
  };
}

/** Where runs say of themselves what they wait for and how they ended. */
export function findNotes(place: JobFiles): Pick<JobPlace, 'runNote' | 'fetchNote'> {
  if ('file' in place) return { runNote: `${place.file}.run`, fetchNote: undefined };
  const inState = (name: string) => join(place.folder, STATE_FOLDER, name);
  return { runNote: inState('run.json'), fetchNote: inState('fetch-run.json') };
}

/** One of several disks knows which of them keeps the job. */
function keepingFolder(folder: string): { folder: string; problems: string[] } {
  const { roots, problems } = readMarker(folder);
  const [first] = roots;
  if (first === undefined || first === folder) return { folder, problems };
  // It has another path than it had: moved, mounted elsewhere, or given by a link.
  const isMoved = !roots.includes(folder) && existsSync(join(folder, STATE_FOLDER, 'journal'));
  if (isMoved) return { folder, problems };
  if (!existsSync(join(first, STATE_FOLDER))) {
    problems.push(`the job of ${folder} is kept in ${first}, which is not there: is its disk not mounted?`);
  }
  return { folder: first, problems };
}

/** The folders of a job, as each of them names them; none when nothing is said. */
function readMarker(folder: string): { roots: string[]; problems: string[] } {
  const path = join(folder, STATE_FOLDER, 'volume.json');
  let text: string;
  try {
    text = readSmallFile(path).toString();
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    return { roots: [], problems: isAbsent ? [] : [`${path} cannot be read: ${message}`] };
  }
  const roots = parseRoots(text);
  return roots === undefined
    ? { roots: [], problems: [`${path} is damaged: it does not say which folders belong together`] }
    : { roots, problems: [] };
}

function parseRoots(text: string): string[] | undefined {
  try {
    const { roots } = JSON.parse(text);
    return Array.isArray(roots) && roots.every((root) => typeof root === 'string') ? roots : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The file that lists what failed, or undefined when there is none. The list of a run counts only when it is as new as
 * the last checkpoint: an older one belongs to an earlier run.
 */
export function failuresFileOf(place: JobPlace, lastCheckpointMs: number): string | undefined {
  const { failures, jobFailures } = place;
  const isCurrent =
    failures !== undefined && modifiedMs(failures) > lastCheckpointMs - CLOCK_TOLERANCE_MS && !isEmpty(failures);
  if (isCurrent) return failures;
  return existsSync(jobFailures) ? jobFailures : undefined;
}

/** Nothing is named in it: it is of a run that has met none of them. */
function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

/** The same for what is gone. (A `fetch` of nothing that is gone leaves the list as it was.) */
export function goneFileOf({ gone, jobFailures }: JobPlace, lastCheckpointMs: number): string | undefined {
  const isCurrent = gone !== undefined && modifiedMs(gone) > lastCheckpointMs - CLOCK_TOLERANCE_MS;
  if (isCurrent) return gone;
  return gone !== undefined && existsSync(jobFailures) ? jobFailures : undefined;
}

/** File systems keep the time of the last tick, and some of them whole seconds only. */
const CLOCK_TOLERANCE_MS = 1_000;

function modifiedMs(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}
