/** What the commands on a queue do: look at a job, again and again, look at all jobs, and remove one. */
import { toTransferError } from '../../errors.js';
import { sleep } from '../../lib/waiting/sleep.js';
import { QueueConnection } from '../../queue/nats/connection/queue-connection.js';
import { findJobs, removeJob, type Survey, Surveyor } from '../../queue/nats/job/survey.js';
import type { SharedStatus } from '../status/shared-status-text.js';
import { lookOnce, statusOf } from './shared-status.js';

const WATCH_MS = 2_000;
/** A command waits for the queue less long than a job does. */
const TIMEOUT_MS = 5_000;

/** Rejects with ERR_QUEUE when the queue cannot be used. The caller closes the connection. */
export function connectToManage(
  access: Parameters<typeof QueueConnection.connect>[0]['access'],
  signal: AbortSignal,
): Promise<QueueConnection> {
  return QueueConnection.connect({ access, connectTimeoutMs: TIMEOUT_MS, signal });
}

/** The status of a job: once, or every two seconds until the job is complete. Ends when the job does not exist. */
export async function* watchJob(
  nats: QueueConnection,
  job: string,
  { isWatch, signal }: { isWatch: boolean; signal: AbortSignal },
): AsyncGenerator<SharedStatus> {
  const surveyor = await Surveyor.open(nats, job);
  while (true) {
    const survey = await surveyor?.look();
    if (survey === undefined) return;
    const status = statusOf(survey);
    yield status;
    if (!isWatch || status.state === 'complete') return;
    await sleep(WATCH_MS, signal);
  }
}

/** A job of the queue: its status, or why its data cannot be read. */
export type ListedJob =
  | { readonly job: string; readonly status: SharedStatus }
  | { readonly job: string; readonly message: string };

/** All jobs of the queue. An error in one job does not hide the others. */
export async function* listJobs(nats: QueueConnection, signal: AbortSignal): AsyncGenerator<ListedJob> {
  for (const job of await findJobs(nats)) {
    let survey: Survey | undefined;
    try {
      survey = await (await Surveyor.open(nats, job))?.look();
    } catch (error) {
      if (signal.aborted || toTransferError(error).code !== 'ERR_QUEUE') throw error;
      yield { job, message: (error as Error).message };
    }
    if (survey !== undefined) yield { job, status: statusOf(survey) };
  }
}

/**
 * Removes a job if `agrees` says yes; its survey is undefined when the data of the job is damaged. Files that are stored
 * stay.
 */
export async function removeIfAgreed(
  nats: QueueConnection,
  job: string,
  agrees: (look: () => Promise<Survey | undefined>) => Promise<boolean>,
): Promise<'none' | 'kept' | 'removed'> {
  if (!(await findJobs(nats)).includes(job)) return 'none';
  if (!(await agrees(() => lookOnce(nats, job)))) return 'kept';
  await removeJob(nats, job);
  return 'removed';
}
