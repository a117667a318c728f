/** `jobs`, `forget`, `remove`, and `status` of a shared job. They contact only the queue. */
import { createInterface } from 'node:readline/promises';
import { TransferError, toTransferError } from '../errors.js';
import { jsonLine } from '../events/reporters/json.js';
import { printable, type Reporter } from '../events/reporters/reporter.js';
import type { Print } from '../events/reporters/text.js';
import type { ManageConfig } from '../jobs/run-options.js';
import { connectToManage, type ListedJob, listJobs, removeIfAgreed, watchJob } from '../jobs/shared/manage.js';
import { onlyJob } from '../jobs/shared/shared-status.js';
import { type SharedStatus, sharedStatusJson, sharedStatusLines } from '../jobs/status/shared-status-text.js';
import { isGoneTerminal } from '../lib/process/terminal.js';
import { localTimeOf } from '../lib/text/local-time.js';
import { orAborted } from '../lib/waiting/or-aborted.js';
import type { QueueConnection } from '../queue/nats/connection/queue-connection.js';
import { forgetWorker, type Survey } from '../queue/nats/job/survey.js';
import { say } from '../texts/say.js';
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
  if (name === undefined) return none(say.cli.queue.noJobs, { isJson, print });
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
  return isThere ? EXIT.ok : none(say.cli.queue.noJob(name), { isJson, print });
}

async function tellJobs(nats: QueueConnection, { isJson }: ManageConfig, { print, signal }: ManageIo): Promise<number> {
  let count = 0;
  for await (const listed of listJobs(nats, signal)) {
    count++;
    print(isJson ? jobLine(listed) : printable(jobText(listed)));
  }
  if (count === 0 && !isJson) print(say.cli.queue.noJobs);
  return EXIT.ok;
}

function jobLine(listed: ListedJob): string {
  if (!('status' in listed)) {
    return jsonLine('job', 'warn', { job: listed.job, state: 'unreadable', message: listed.message });
  }
  const { workers, event: _status, ...rest } = listed.status;
  return jsonLine('job', 'info', { ...rest, workers: workers.map(({ name }) => name) });
}

function jobText(listed: ListedJob): string {
  if (!('status' in listed)) return say.cli.queue.unreadable(listed.job, listed.message);
  const { source, state, listed: found, stored, skipped, gone, failed, createdAt } = listed.status;
  const done = stored + skipped + gone + failed;
  const { job, states } = say.cli.queue;
  return job({ job: listed.job, source, state: states[state], done, found, begun: localTimeOf(createdAt) });
}

async function forget(nats: QueueConnection, { job, worker, isJson }: ManageConfig, io: ManageIo): Promise<number> {
  const forgotten = await forgetWorker(nats, job!, worker!);
  if (forgotten === undefined) return none(say.cli.queue.noJob(job!), { isJson, print: io.print });
  const { batches, isKnown } = forgotten;
  if (!isKnown) return none(say.cli.queue.noWorker(job!, worker!), { isJson, print: io.print });
  const what = say.cli.queue.forgotten(worker!, batches);
  io.print(isJson ? jsonLine('forgotten', 'info', { job, worker, parts: batches }) : printable(what));
  return EXIT.ok;
}

async function remove(nats: QueueConnection, { job, isYes, isJson }: ManageConfig, io: ManageIo): Promise<number> {
  const outcome = await removeIfAgreed(nats, job!, async (look) => isYes || agrees(await look(), job!, io));
  if (outcome === 'none') return none(say.cli.queue.noJob(job!), { isJson, print: io.print });
  if (outcome === 'kept') io.print(say.cli.queue.kept);
  else io.print(isJson ? jsonLine('removed', 'info', { job }) : say.cli.queue.removed(job!));
  return EXIT.ok;
}

async function agrees(survey: Survey | undefined, job: string, { input, prompt, signal }: ManageIo): Promise<boolean> {
  if (!input.isTTY) {
    throw new TransferError('ERR_CONFIG', say.cli.queue.noTerminal(job));
  }
  const state =
    survey === undefined
      ? ''
      : survey.isComplete
        ? say.cli.queue.complete
        : say.cli.queue.incomplete(survey.done, survey.batches);
  const lines = createInterface({ input, output: prompt });
  const closed = new AbortController();
  lines.once('close', () => closed.abort());
  // The modes of a terminal that is gone cannot be restored.
  lines.on('error', () => closed.abort());
  // During the question the terminal delivers Ctrl-C as a character.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const until = AbortSignal.any([signal, closed.signal]);
    const answer = await lines.question(say.cli.queue.question(job, state), { signal: until });
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
  print(isJson ? jsonLine('status', 'info', { state: 'none', message }) : message);
  return EXIT.none;
}
