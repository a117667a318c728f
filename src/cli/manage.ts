/** `jobs`, `forget`, `remove`, and `status` of a shared job. They contact only the queue. */
import { createInterface } from 'node:readline/promises';
import { TransferError, toTransferError } from '../errors.js';
import { printable, type Reporter } from '../events/reporters/reporter.js';
import type { Print } from '../events/reporters/text.js';
import type { ManageConfig } from '../jobs/run-options.js';
import { connectToManage, type ListedJob, listJobs, removeIfAgreed, watchJob } from '../jobs/shared/manage.js';
import { onlyJob } from '../jobs/shared/shared-status.js';
import { type SharedStatus, sharedStatusJson, sharedStatusLines } from '../jobs/status/shared-status-text.js';
import { isGoneTerminal } from '../lib/process/terminal.js';
import { orAborted } from '../lib/waiting/or-aborted.js';
import type { QueueConnection } from '../queue/nats/connection/queue-connection.js';
import { forgetWorker, type Survey } from '../queue/nats/job/survey.js';
import { EXIT } from './exit-codes.js';

export interface ManageIo {
  /** For errors. */
  reporter: Pick<Reporter, 'error'>;
  /** For answers. */
  print: Print;
  input: NodeJS.ReadStream;
  /** For the question. */
  prompt: NodeJS.WriteStream;
  signal: AbortSignal;
}

export type Managing = 'status' | 'jobs' | 'forget' | 'remove';

/** Returns the exit code. Never rejects. */
export async function manage(command: Managing, config: ManageConfig, io: ManageIo): Promise<number> {
  let nats: QueueConnection | undefined;
  try {
    nats = await connectToManage(config.access, io.signal);
    return await orAborted(COMMANDS[command](nats, config, io), io.signal);
  } catch (error) {
    if (io.signal.aborted || isGoneTerminal(io.input)) return EXIT.interrupted;
    const failure = toTransferError(error);
    io.reporter.error(failure);
    return failure.code === 'ERR_CONFIG' ? EXIT.usage : EXIT.fatal;
  } finally {
    await nats?.close();
  }
}

const COMMANDS: Record<Managing, (nats: QueueConnection, config: ManageConfig, io: ManageIo) => Promise<number>> = {
  status: tellStatus,
  jobs: tellJobs,
  forget,
  remove,
};

async function tellStatus(
  nats: QueueConnection,
  { job, isWatch, isJson }: ManageConfig,
  { print, signal }: ManageIo,
): Promise<number> {
  const name = job ?? (await onlyJob(nats));
  if (name === undefined) return none('no job is kept there', { isJson, print });
  let status: SharedStatus | undefined;
  let isFirst = true;
  for await (status of watchJob(nats, name, { isWatch, signal })) {
    if (!isFirst && !isJson) print('');
    isFirst = false;
    for (const line of isJson ? [sharedStatusJson(status)] : sharedStatusLines(status))
      print(isJson ? line : printable(line));
  }
  // A job that is watched may be removed.
  const isThere = status !== undefined && (!isWatch || status.state === 'complete');
  return isThere ? EXIT.ok : none(`no job ${name} is kept there`, { isJson, print });
}

async function tellJobs(nats: QueueConnection, { isJson }: ManageConfig, { print, signal }: ManageIo): Promise<number> {
  let count = 0;
  for await (const listed of listJobs(nats, signal)) {
    count++;
    print(isJson ? JSON.stringify(jobFields(listed)) : printable(jobText(listed)));
  }
  if (count === 0 && !isJson) print('no job is kept there');
  return EXIT.ok;
}

function jobFields(listed: ListedJob): object {
  if (!('status' in listed)) return { event: 'job', job: listed.job, state: 'unreadable', message: listed.message };
  const { workers, ...rest } = listed.status;
  return { ...rest, event: 'job', workers: workers.map(({ name }) => name) };
}

function jobText(listed: ListedJob): string {
  if (!('status' in listed)) return `${listed.job}: ${listed.message}`;
  const { source, state, listed: found, stored, skipped, gone, failed, createdAt } = listed.status;
  const done = stored + skipped + gone + failed;
  return `${listed.job}: ${source}, ${state}, ${done} of ${found} objects done, begun ${createdAt}`;
}

async function forget(nats: QueueConnection, { job, worker, isJson }: ManageConfig, io: ManageIo): Promise<number> {
  const forgotten = await forgetWorker(nats, job!, worker!);
  if (forgotten === undefined) return none(`no job ${job} is kept there`, { isJson, print: io.print });
  const { batches, isKnown } = forgotten;
  if (!isKnown) return none(`the job ${job} has no machine ${worker}`, { isJson, print: io.print });
  const what =
    batches === 0
      ? `${worker} is forgotten; it had finished nothing`
      : `${worker} is forgotten; the other machines fetch the ${batches} batches again that it had finished: run the job's command there`;
  io.print(isJson ? JSON.stringify({ event: 'forgotten', job, worker, parts: batches }) : printable(what));
  return EXIT.ok;
}

async function remove(nats: QueueConnection, { job, isYes, isJson }: ManageConfig, io: ManageIo): Promise<number> {
  const outcome = await removeIfAgreed(nats, job!, async (look) => isYes || agrees(await look(), job!, io));
  if (outcome === 'none') return none(`no job ${job} is kept there`, { isJson, print: io.print });
  if (outcome === 'kept') io.print('nothing was removed');
  else
    io.print(
      isJson ? JSON.stringify({ event: 'removed', job }) : `the job ${job} is removed; files that are stored stay`,
    );
  return EXIT.ok;
}

async function agrees(survey: Survey | undefined, job: string, { input, prompt, signal }: ManageIo): Promise<boolean> {
  if (!input.isTTY) {
    throw new TransferError('ERR_CONFIG', 'there is no terminal to ask on: give --yes to remove the job');
  }
  const state =
    survey === undefined
      ? ''
      : survey.isComplete
        ? ' (complete)'
        : ` (not complete: ${survey.done} of ${survey.batches} batches are done)`;
  const lines = createInterface({ input, output: prompt });
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  // The modes of a terminal that is gone cannot be restored.
  lines.on('error', () => closed.abort());
  // During the question the terminal delivers Ctrl-C as a character.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await lines.question(
      `Remove the job ${job}${state}? The queue then no longer knows which machine has stored what. [y/N] `,
      { signal: AbortSignal.any([signal, closed.signal]) },
    );
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    // The input ended without an answer: that means no.
    if (signal.aborted || isGoneTerminal(input)) throw error;
    return false;
  } finally {
    lines.close();
  }
}

function none(message: string, { isJson, print }: { isJson: boolean; print: Print }): number {
  print(isJson ? JSON.stringify({ event: 'status', state: 'none', message }) : message);
  return EXIT.none;
}
