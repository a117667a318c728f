/** Gathers a report from the files of a job. Reads only, and holds a lock only during the look of `status`. */

import { join } from 'node:path';
import { readRunLog, runLogFiles } from '../../journal/runs/run-log.js';
import { quote } from '../../lib/text/shell.js';
import { STATE_FOLDER } from '../../model/key.js';
import { parseSource } from '../../sources/registry.js';
import { say } from '../../texts/say.js';
import { findJob, type JobPlace } from '../plan/job-place.js';
import { readJob } from '../status/status.js';
import { readVerifyNote } from '../verify/verify-note.js';
import { findExamples, findRenamed } from './examples.js';
import { reportedRuns, runsOf, sizesOf, slowFoldersOf, troubleOf } from './known-runs.js';
import { rateOf } from './rate.js';
import type { Failures, Report, Versions } from './report.js';
import { sumOfJob, sumOfRun } from './sum.js';

/** Undefined when no job and no `fetch` has left anything in the folder. Rejects with ERR_STATE, or ERR_VOLUME. */
export async function gatherReport(
  folders: readonly string[],
  version: string | undefined,
): Promise<Report | undefined> {
  const { status, place, state } = await readJob({ folder: folders[0]! });
  const sinceMs = state?.startedAtMs;
  const runs = runsOf(readRunLog(runLogFiles(join(place.path, STATE_FOLDER))), state?.id, sinceMs);
  const isJob = state !== undefined || status.state !== 'none';
  const last = runs.at(-1);
  if (!isJob && last === undefined && status.lastFetch === undefined) return undefined;
  const sum = isJob ? sumOfJob(status) : last && sumOfRun(last);
  const counted = isJob || last === undefined ? runs : [last];
  const roots = status.volumes?.map(({ path }) => path) ?? folders;
  const source = status.source ?? last?.source;
  const verify = readVerifyNote(place.path);
  const codes = (isJob ? status.failuresByCode : last?.figures.codes) ?? {};
  const { failuresFile, goneFile } = isJob ? status : { failuresFile: place.failures, goneFile: place.gone };
  const wanted = { codes, gone: sum?.gone ?? 0, failuresFile, goneFile, job: state?.id };
  const { groups, more, gone } = await findExamples(place, wanted);
  const failures = { count: sum?.failed ?? 0, groups, more, file: failuresFile };
  const options = runs.findLast(({ job }) => !isJob || job !== undefined)?.options;
  return {
    event: 'report',
    form: 1,
    createdAt: new Date().toISOString(),
    versions: versionsOf(version),
    status,
    ...(sum !== undefined && { sum }),
    ...(source !== undefined && { source }),
    folders: roots,
    runs: reportedRuns(runs, status),
    rate: rateOf(place.path, runs, sinceMs ?? Number.NEGATIVE_INFINITY),
    sizes: sizesOf(counted, sum?.stored ?? 0, sum?.bytes ?? 0),
    slowFolders: slowFoldersOf(counted),
    trouble: troubleOf(counted),
    failures: withRetry(failures, source, roots),
    gone: { count: sum?.gone ?? 0, examples: gone, ...((sum?.gone ?? 0) > 0 && { file: goneFile }) },
    renamed: await findRenamed(place.path),
    ...(verify !== undefined && { verify }),
    ...(options !== undefined && { options }),
    problems: [...(status.problems ?? []), ...strangers(folders, place)],
  };
}

export function versionsOf(sluice: string | undefined): Versions {
  return { sluice, node: process.version, platform: `${process.platform} ${process.arch}` };
}

/** Adds the command that tries the failures again, where a file names all of them. */
function withRetry(failures: Failures, source: string | undefined, roots: readonly string[]): Failures {
  const { file, count, ...rest } = failures;
  if (file === undefined || count === 0) return { count, ...rest };
  // A list of URLs has no --from.
  const isUrls = source === undefined || typeof parseSource(source) === 'string';
  const from = isUrls ? '' : `--from ${quote(source)} `;
  const to = roots.map((root) => `--to ${quote(root)}`).join(' ');
  return { count, ...rest, file, retry: `sluice fetch ${from}${to} < ${quote(file)}` };
}

/** Folders that are given and do not belong to the job. */
function strangers(folders: readonly string[], { path }: JobPlace): string[] {
  return folders
    .slice(1)
    .flatMap((folder) => (findJob({ folder }).path === path ? [] : [say.jobs.report.stranger(folder)]));
}
