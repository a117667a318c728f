/** Gathers a report of a job that machines share: from the queue, and from the folders of this machine, if they are named. */
import { join } from 'node:path';
import { readRunLog, runLogFiles } from '../../journal/runs/run-log.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { QueueConnection } from '../../queue/nats/connection/queue-connection.js';
import { findJob, type JobPlace } from '../plan/job-place.js';
import { watchJob } from '../shared/manage.js';
import type { SharedStatus } from '../status/shared-status-text.js';
import { readVerifyNote } from '../verify/verify-note.js';
import { findExamples, findRenamed } from './examples.js';
import { versionsOf } from './gather.js';
import { reported, sizesOf, slowFoldersOf, troubleOf } from './known-runs.js';
import { rateOf } from './rate.js';
import type { Report } from './report.js';
import { sumOfShared } from './sum.js';

const SHOWN_RUNS = 100;

export interface SharedPlace {
  readonly nats: QueueConnection;
  readonly job: string;
  /** Of this machine. Empty: only what the queue knows. */
  readonly folders: readonly string[];
  readonly version: string | undefined;
  readonly signal: AbortSignal;
}

/** Undefined when there is no such job. Rejects with ERR_QUEUE. */
export async function gatherShared({ nats, job, folders, version, signal }: SharedPlace): Promise<Report | undefined> {
  let status: SharedStatus | undefined;
  for await (status of watchJob(nats, job, { isWatch: false, signal }));
  if (status === undefined) return undefined;
  const place = folders[0] === undefined ? undefined : findJob({ folder: folders[0] });
  const runs = place === undefined ? [] : runsHere(place, job);
  const { stored, failed, gone, failuresByCode: codes, bytes, source } = status;
  // No file of one machine names what failed on another.
  const wanted = { codes, gone, failuresFile: undefined, goneFile: undefined, job: undefined };
  const examples = await (place === undefined ? withoutFiles(codes) : findExamples(place, wanted));
  const verify = place && readVerifyNote(place.path);
  const options = runs.at(-1)?.options;
  return {
    event: 'report',
    form: 1,
    createdAt: new Date().toISOString(),
    versions: versionsOf(version),
    status,
    sum: sumOfShared(status),
    source,
    folders,
    runs: {
      known: runs.slice(-SHOWN_RUNS).map((run) => reported(run, undefined)),
      earlier: Math.max(0, runs.length - SHOWN_RUNS),
      unrecorded: 0,
    },
    rate: place === undefined ? NO_RATE : rateOf(place.path, runs, Date.parse(status.createdAt)),
    sizes: sizesOf(runs, stored, bytes),
    slowFolders: slowFoldersOf(runs),
    trouble: troubleOf(runs),
    failures: { count: failed, groups: examples.groups, more: examples.more },
    gone: { count: gone, examples: examples.gone },
    renamed: place === undefined ? { count: 0, examples: [], isAtLeast: true } : await findRenamed(place.path),
    ...(verify !== undefined && { verify }),
    ...(options !== undefined && { options }),
    problems: place?.problems ?? [],
  };
}

const NO_RATE = { from: 'unknown', points: [], gapMs: 0 } as const;

function runsHere(place: JobPlace, job: string) {
  const { ended, now } = readRunLog(runLogFiles(join(place.path, STATE_FOLDER)));
  return [...ended, ...(now === undefined ? [] : [now])].filter(({ options }) => options.job === job);
}

function withoutFiles(codes: Readonly<Record<string, number>>) {
  const groups = Object.entries(codes).map(([code, count]) => ({ code, count, examples: [] }));
  return { groups: groups.sort((one, other) => other.count - one.count), more: 0, gone: [] };
}
