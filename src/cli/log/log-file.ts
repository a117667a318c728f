/** `--log-file`: everything that happens, as JSON lines in files of bounded size, beside what is shown on stderr. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { LOG_FILES } from '../../config/log-config.js';
import { ConfigError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import { attach } from '../../events/reporters/attach.js';
import { createFileReporter } from '../../events/reporters/file.js';
import { jsonLine } from '../../events/reporters/json.js';
import { secretsOfWebhook } from '../../jobs/alerts/webhook-forms.js';
import type { Config, LogFileConfig } from '../../jobs/run-options.js';
import { acquireLock } from '../../journal/lock.js';
import { RotatingLog } from '../../lib/files/rotating-log.js';
import { within } from '../../lib/waiting/within.js';
import { say } from '../../texts/say.js';
import { EXIT } from '../exit-codes.js';
import { printProblems } from '../reporters.js';
import { redactor } from './redact.js';

const END_TIMEOUT_MS = 1_000;
const RETRY_MS = 5_000;

export interface LogFile {
  /** An error that the command cannot report by an event. */
  error(code: string, message: string): void;
  /** The same for what is no error. */
  tell(event: string, fields: object): void;
  /** Writes what waits. A disk that does not answer delays this for a second. */
  end(): Promise<void>;
  /** The same, for a process that ends at once. */
  flushSync(): void;
}

interface LogFileIo {
  events: EventBus;
  version: string;
  /** The arguments of the command. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** Returns the log file, or the exit code when it cannot be written: then the reason is printed. */
export async function openLog(config: Config, logFile: LogFileConfig, io: LogFileIo): Promise<LogFile | number> {
  try {
    return await openLogFile(config, logFile, io);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printProblems(error, config.command, config.isJson);
    return EXIT.usage;
  }
}

/** Rejects with a ConfigError when the file cannot be written, or belongs to another process. */
async function openLogFile(config: Config, { path, bytes, intervalMs }: LogFileConfig, io: LogFileIo) {
  const { events, version, args, env } = io;
  const log = await open(path, config.command, {
    bytes,
    retryMs: RETRY_MS,
    onTrouble: (error) => events.notice('log-file', say.log.notWritten({ path, why: error.message })),
    onBack: (lost) => events.notice('log-file', say.log.writtenAgain({ path, lost })),
    onGrowing: (error) => events.notice('log-file', say.log.growing({ path, why: error.message })),
  });
  const hook = config.alerts?.webhook && secretsOfWebhook(config.alerts.webhook);
  const redact = redactor(env, config.credentials, config.queue?.access, config.web, hook);
  const print = (line: string) => log.write(redact(line));
  const { command, source, to } = config;
  const message = say.log.start({ version, command });
  const about = { version, node: process.version, platform: process.platform, pid: process.pid };
  print(jsonLine('start', 'info', { message, ...about, command, args: args.map(bare), source: urlOf(source), to }));
  attach(events, createFileReporter(print, { intervalMs, failures: config.failures }));
  const flushSync = () => log.flushSync();
  process.on('exit', flushSync);
  const file: LogFile = {
    tell: (event, fields) => print(jsonLine(event, 'info', fields)),
    error: (code, text) => print(jsonLine('error', 'error', { code, message: text })),
    end: async () => void (await within(END_TIMEOUT_MS, log.end(), () => {})),
    flushSync,
  };
  return file;
}

async function open(
  path: string,
  command: string,
  options: Omit<Parameters<typeof RotatingLog.open>[1], 'files' | 'start'>,
) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Two processes would move the files away under each other.
    await acquireLock(`${path}.lock`, `sluice ${command}`);
    return await RotatingLog.open(path, { ...options, files: LOG_FILES, start: '{"event":"' });
  } catch (error) {
    throw new ConfigError([say.log.notOpened({ path, why: (error as Error).message })]);
  }
}

/** Undefined where lines are compared without a server. */
function urlOf({ scheme, bucket, prefix }: Config['source']): string | undefined {
  return bucket === '' ? undefined : `${scheme}://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
}

/** Without the user and the query of a URL: they may be secrets. */
function bare(arg: string): string {
  return arg.replace(/\/\/[^/@\s]*@/g, '//').replace(/(:\/\/[^?\s]*)\?\S*/g, '$1?…');
}
