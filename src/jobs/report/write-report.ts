/** Gives a report its form, and puts it into its file: all of it, or nothing. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { localError, TransferError } from '../../errors.js';
import { jsonLine } from '../../events/reporters/json.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { htmlOf } from './html/page.js';
import type { ReportForm } from './place.js';
import type { Report } from './report.js';
import { writeSpecialFile } from './special-file.js';

export function textOf(report: Report, form: ReportForm): string {
  if (form === 'html') return htmlOf(report);
  const { event, ...fields } = report;
  return `${jsonLine(event, 'info', fields)}\n`;
}

/**
 * Rejects with ERR_OUTPUT; then a file that was there is as it was. `timeout`: how long the reader of a pipe may make us
 * wait.
 */
export async function writeReport(given: string, text: string, timeout: AbortSignal): Promise<void> {
  try {
    // A link keeps leading to the report.
    const path = existsSync(given) ? realpathSync(given) : given;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new TransferError('ERR_OUTPUT', say.jobs.report.isFolder(given));
    if (stat !== undefined && !stat.isFile()) await writeSpecialFile(path, text, timeout);
    else await replace(path, text);
  } catch (error) {
    if (error instanceof TransferError) throw error;
    if (timeout.aborted) throw new TransferError('ERR_OUTPUT', say.jobs.report.notRead(given));
    throw localError('ERR_OUTPUT', say.jobs.report.unwritable(given, systemText(error, given)), error);
  }
}

async function replace(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path).slice(0, 200)}.${process.pid}.part`);
  try {
    await putInto(fresh, text);
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

async function putInto(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    // Some file systems have nothing to flush.
    await file.sync().catch((error) => {
      if (!UNSYNCABLE.has(error.code)) throw error;
    });
  } finally {
    await file.close();
  }
}

const UNSYNCABLE: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EROFS']);
