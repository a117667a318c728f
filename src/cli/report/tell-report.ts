/** `sluice report`, and `--report FILE` at the end of a run. */
import { TransferError, toTransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import { jsonLine } from '../../events/reporters/json.js';
import { printable, type Reporter } from '../../events/reporters/reporter.js';
import { gatherReport } from '../../jobs/report/gather.js';
import { gatherShared } from '../../jobs/report/gather-shared.js';
import { formOf, isInside } from '../../jobs/report/place.js';
import type { Report } from '../../jobs/report/report.js';
import { textOf, writeReport } from '../../jobs/report/write-report.js';
import type { Config, QueueConfig, ReportConfig } from '../../jobs/run-options.js';
import { connectToManage } from '../../jobs/shared/manage.js';
import { onlyJob } from '../../jobs/shared/shared-status.js';
import { orAborted } from '../../lib/waiting/or-aborted.js';
import { say } from '../../texts/say.js';
import { EXIT } from '../exit-codes.js';
import { readBuild } from '../shipped.js';

export interface ReportIo {
  /** For errors. */
  reporter: Pick<Reporter, 'error'>;
  /** For the answer: the report itself, or where it is. */
  print: (text: string) => void;
  signal: AbortSignal;
}

/** Returns the exit code. Never rejects. */
export async function tellReport(config: ReportConfig, { reporter, print, signal }: ReportIo): Promise<number> {
  const { path, form, isJson, folders } = config;
  try {
    const report = await orAborted(gather(config, signal), signal);
    if (report === undefined) {
      const message = folders[0] === undefined ? say.cli.queue.noJobs : say.jobs.report.nothing(folders[0]);
      print(isJson ? jsonLine('report', 'info', { state: 'none', message }) : printable(message));
      return EXIT.none;
    }
    const text = textOf(report, form);
    if (path === undefined) {
      print(text.trimEnd());
      return EXIT.ok;
    }
    const folder = report.folders.find((one) => isInside(path, one));
    if (folder !== undefined)
      throw new TransferError('ERR_CONFIG', `--output: ${say.config.report.insideCopy(path, folder)}`);
    await writeReport(path, text, signal);
    if (!isJson) print(printable(say.jobs.report.written(path)));
    return EXIT.ok;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    const failure = toTransferError(error);
    reporter.error(failure);
    return failure.code === 'ERR_CONFIG' ? EXIT.usage : EXIT.fatal;
  }
}

async function gather({ folders, shared }: ReportConfig, signal: AbortSignal): Promise<Report | undefined> {
  return shared === undefined ? gatherReport(folders, readBuild().version) : gatherFrom(shared, folders, signal);
}

async function gatherFrom(
  { access, job }: Pick<QueueConfig, 'access'> & { job: string | undefined },
  folders: readonly string[],
  signal: AbortSignal,
): Promise<Report | undefined> {
  const nats = await connectToManage(access, signal);
  try {
    const name = job ?? (await onlyJob(nats));
    if (name === undefined) return undefined;
    return await gatherShared({ nats, job: name, folders, version: readBuild().version, signal });
  } finally {
    await nats.close();
  }
}

/**
 * The report of a run that has ended, however it ended. The exit code stays that of the run: it says what became of the
 * objects. A report that cannot be written is a warning. Never rejects.
 */
export async function reportAtEnd({ to, queue }: Config, path: string, events: EventBus): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const report = await orAborted(gather({ folders: to, shared: queue } as ReportConfig, signal), signal);
    if (report === undefined) throw new TransferError('ERR_STATE', say.jobs.report.nothing(to[0]!));
    await writeReport(path, textOf(report, formOf(path)!), AbortSignal.timeout(PIPE_TIMEOUT_MS));
    events.notice('report', say.jobs.report.written(path));
  } catch (error) {
    events.notice('no-report', say.jobs.report.failedAtEnd(toTransferError(error).message));
  }
}

/** A queue that is away must not keep the process. A list of a million failures takes seconds. */
const TIMEOUT_MS = 10 * 60_000;
/** Nor must a pipe that no program reads. */
const PIPE_TIMEOUT_MS = 10_000;
