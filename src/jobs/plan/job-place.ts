/** Finds the files of a job: beside the state file of a `list`, else in the first folder. Reads only. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isShortOfFiles } from '../../errors.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { STATE_FOLDER } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import type { JobFiles, StatusConfig } from '../run-options.js';

export interface JobPlace {
  /** The folder or file of the job. */
  readonly path: string;
  readonly journal: string;
  readonly lock: string;
  /** Failures of the pages that are done. */
  readonly jobFailures: string;
  /** The list that each run writes at its end. Undefined for a `list`. */
  readonly failures: string | undefined;
  /** Notes that the runs of the job, and the runs of `fetch`, write about themselves. */
  readonly runNote: string;
  readonly fetchNote: string | undefined;
  /** The list of gone objects that each run writes at its end. */
  readonly gone: string | undefined;
  readonly problems: readonly string[];
}

/** Where the job of a folder, or of a state file, would be. The job may not exist. */
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

/** The files where runs note what they wait for and how they ended. */
export function findNotes(place: JobFiles): Pick<JobPlace, 'runNote' | 'fetchNote'> {
  if ('file' in place) return { runNote: `${place.file}.run`, fetchNote: undefined };
  const inState = (name: string) => join(place.folder, STATE_FOLDER, name);
  return { runNote: inState('run.json'), fetchNote: inState('fetch-run.json') };
}

/** Any disk of a job knows the disk that keeps the job. */
function keepingFolder(folder: string): { folder: string; problems: string[] } {
  const { roots, problems } = readMarker(folder);
  const [first] = roots;
  if (first === undefined || first === folder) return { folder, problems };
  // The folder's path has changed: the disk was moved, mounted elsewhere, or given by a link.
  const isMoved = !roots.includes(folder) && existsSync(join(folder, STATE_FOLDER, 'journal'));
  if (isMoved) return { folder, problems };
  if (!existsSync(join(first, STATE_FOLDER))) {
    problems.push(say.jobs.plan.keptElsewhere(folder, first));
  }
  return { folder: first, problems };
}

/** The folders of a job, as its marker names them. Empty when the marker names none. */
function readMarker(folder: string): { roots: string[]; problems: string[] } {
  const path = join(folder, STATE_FOLDER, 'volume.json');
  let text: string;
  try {
    text = readSmallFile(path).toString();
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    return { roots: [], problems: isAbsent ? [] : [say.disks.unreadable(path, systemText(error, path))] };
  }
  const roots = parseRoots(text);
  return roots === undefined ? { roots: [], problems: [say.jobs.plan.damagedMarker(path)] } : { roots, problems: [] };
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
 * The file that lists the failures, or undefined when there is none. The list of a run counts only when it is as new as
 * the last checkpoint; an older list belongs to an earlier run.
 */
export function failuresFileOf(place: JobPlace, lastCheckpointMs: number): string | undefined {
  const { failures, jobFailures } = place;
  const isCurrent =
    failures !== undefined && modifiedMs(failures) > lastCheckpointMs - CLOCK_TOLERANCE_MS && !isEmpty(failures);
  if (isCurrent) return failures;
  return existsSync(jobFailures) ? jobFailures : undefined;
}

/** An empty list: its run had no failures. */
function isEmpty(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0;
}

/** The same for gone objects. (A `fetch` without gone objects leaves the list unchanged.) */
export function goneFileOf({ gone, jobFailures }: JobPlace, lastCheckpointMs: number): string | undefined {
  const isCurrent = gone !== undefined && modifiedMs(gone) > lastCheckpointMs - CLOCK_TOLERANCE_MS;
  if (isCurrent) return gone;
  return gone !== undefined && existsSync(jobFailures) ? jobFailures : undefined;
}

/** File systems store the time of the last clock tick, and some store only whole seconds. */
const CLOCK_TOLERANCE_MS = 1_000;

function modifiedMs(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Number.NEGATIVE_INFINITY;
  }
}
