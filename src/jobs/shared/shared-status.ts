/** The status of a job that several machines share: from the tables of the queue, and from what its workers say. */
import { TransferError } from '../../errors.js';
import { checksOf } from '../../events/stats.js';
import type { QueueConnection } from '../../queue/nats/connection/queue-connection.js';
import { findJobs, type Survey, Surveyor } from '../../queue/nats/job/survey.js';
import { say } from '../../texts/say.js';
import type { SharedStatus } from '../status/shared-status-text.js';

/** The fields of the answer: a contract. */
export function statusOf(survey: Survey): SharedStatus {
  const { totals, record, workers, isComplete, isListed, objects, bytes } = survey;
  const present = workers.filter(({ state, isLost }) => state !== 'done' && !isLost);
  const fetching = present.filter(({ role, state }) => role !== 'list' && state !== 'full');
  const isAnyFull = present.some(({ state }) => state === 'full');
  const isMoving = fetching.length > 0 || (!isListed && !isAnyFull && present.some(({ role }) => role !== 'fetch'));
  const sum = (of: (worker: (typeof workers)[number]) => number) =>
    present.reduce((all, worker) => all + of(worker), 0);
  const objectsPerSecond = sum((worker) => worker.objectsPerSecond);
  const bytesPerSecond = sum((worker) => worker.bytesPerSecond);
  const left = Math.max(0, objects - totals.settled - totals.excluded);
  const leftBytes = Math.max(0, bytes - totals.settledBytes);
  const isPaceKnown = isListed && (leftBytes > 0 ? bytesPerSecond > 0 : objectsPerSecond > 0);
  const secondsLeft = leftBytes > 0 ? leftBytes / bytesPerSecond : left / objectsPerSecond;
  return {
    event: 'status',
    job: survey.job,
    state: isComplete ? 'complete' : isMoving ? 'running' : 'waiting',
    source: record.source,
    filters: Object.fromEntries(Object.entries(record.filters).filter(([, value]) => value !== '')),
    createdAt: record.createdAt,
    // A batch that the tables call done may still lack its acknowledgement, for example after a kill.
    pending: isComplete ? 0 : survey.pending,
    leased: isComplete ? 0 : survey.leased,
    done: survey.done,
    listed: objects,
    isListingComplete: isListed,
    stored: totals.stored,
    skipped: totals.skipped,
    gone: totals.gone,
    failed: totals.failed,
    ...(totals.excluded > 0 && { excluded: totals.excluded }),
    bytes: totals.bytes,
    ...checksOf(totals),
    failuresByCode: totals.codes,
    left: isComplete ? 0 : left,
    leftBytes: isComplete ? 0 : leftBytes,
    objectsPerSecond,
    bytesPerSecond,
    ...(!isComplete && isPaceKnown && { secondsLeft: Math.round(secondsLeft) }),
    openPages: survey.folders,
    audits: survey.pass,
    ...(survey.rejected > 0 && { rejected: survey.rejected }),
    workers: workers.map(({ share, isLost, state, seenAtMs: _seen, startedAt: _started, ...worker }) => ({
      ...worker,
      state: isLost ? 'lost' : state,
      objects: share.settled,
      bytes: share.bytes,
      failed: share.failed,
      ...((isLost || state === 'done') && { objectsPerSecond: 0, bytesPerSecond: 0 }),
    })),
  };
}

/** The only job, or undefined when there is none. Rejects with ERR_CONFIG when there are several. */
export async function onlyJob(nats: QueueConnection): Promise<string | undefined> {
  const jobs = await findJobs(nats);
  if (jobs.length > 1) throw new TransferError('ERR_CONFIG', say.jobs.shared.severalJobs(jobs));
  return jobs[0];
}

/** Undefined when there is no such job, and when the job's data is damaged: the job can still be removed. */
export async function lookOnce(nats: QueueConnection, job: string): Promise<Survey | undefined> {
  try {
    return await (await Surveyor.open(nats, job))?.look();
  } catch {
    return undefined;
  }
}
