/** One run from its config to its exit code: opens what it needs, runs the pipeline, closes everything, sums up. */

import type { Readable, Writable } from 'node:stream';
import pMap from 'p-map';
import { fetch } from '../../pipelines/fetch.js';
import { list } from '../../pipelines/list.js';
import { mirror } from '../../pipelines/mirror.js';
import type { Config } from '../config/config.js';
import { TransferError, toTransferError } from '../errors.js';
import { createFilter } from '../flow/filter.js';
import { Limit } from '../flow/limit.js';
import { anySignal } from '../flow/signals.js';
import { Books, summarise } from '../report/books.js';
import { type FailuresFile, openFailures } from '../report/failures.js';
import type { Reporter } from '../report/reporter.js';
import type { Source } from '../sources/source.js';
import { createUpyunSource } from '../sources/upyun/source.js';
import { openVolume, type Volume } from '../volume/volume.js';
import type { Interruption } from './signals.js';

export interface Io {
  input: Readable;
  output: Writable;
  reporter: Reporter;
  interruption: Interruption;
}

/** Exit codes of the contract. */
export const EXIT = { ok: 0, someFailed: 1, usage: 2, fatal: 3, interrupted: 130 } as const;

/** Runs one command. Never rejects: what goes wrong is reported and in the exit code. */
export async function run(config: Config, { input, output, reporter, interruption }: Io): Promise<number> {
  const { draining, stopped } = interruption;
  const books = new Books({ isListOnly: config.command === 'list' });
  const enough = new AbortController();
  const cut = new AbortController();
  const source = createUpyunSource({ ...config, ...config.source });
  const onOutputClosed = (error: Error) => cut.abort(error);
  output.on('error', onOutputClosed);
  let volume: Volume | undefined;
  let failures: FailuresFile | undefined;
  let failure: TransferError | undefined;

  for (const warning of config.warnings) reporter.message(warning);
  try {
    if (config.command !== 'list') volume = await openVolume(config.to, { isReadOnly: config.isDryRun });
    if (config.failures !== undefined) failures = openFailures(config.failures);
    if (!printsToTerminal(config, output)) reporter.start(books);
    if (config.command === 'mirror') askUsage(config, source, books);
    await runCommand(config, {
      source,
      volume,
      failures,
      books,
      reporter,
      input,
      output,
      limit: config.limit === undefined ? undefined : new Limit(config.limit, () => enough.abort()),
      takingUntil: anySignal(draining, enough.signal, cut.signal, stopped),
      draining,
      signal: anySignal(stopped, cut.signal),
    });
    checkBooks(books, draining);
  } catch (error) {
    failure = toTransferError(error);
  }

  failure = await closeAll([source, failures, volume], failure);
  output.off('error', onOutputClosed);
  return conclude({ config, source, books, reporter, failure, interruption, outputError: cut.signal.reason });
}

interface Parts {
  source: Source;
  volume: Volume | undefined;
  failures: FailuresFile | undefined;
  books: Books;
  reporter: Reporter;
  input: Readable;
  output: Writable;
  limit: Limit | undefined;
  takingUntil: AbortSignal;
  draining: AbortSignal;
  signal: AbortSignal;
}

function runCommand(config: Config, { volume, output, takingUntil, ...parts }: Parts): Promise<void> {
  const filter = createFilter(config);
  const { listConcurrency, retries, concurrency, bufferBytes } = config;
  const onRetry = () => {
    parts.books.retries++;
  };
  const walk = { listConcurrency, retries, onRetry, isPruned: filter.isPruned, signal: takingUntil };
  if (config.command === 'list') return list({ ...parts, filter, walk, output });
  const options = {
    ...parts,
    volume: volume!,
    filter,
    walk,
    concurrency,
    bufferBytes,
    retries,
    isVariant: config.variant !== undefined,
    announceTo: config.isDryRun ? output : undefined,
  };
  return config.command === 'mirror' ? mirror(options) : fetch(options);
}

/** Bars between the lines of the data would spoil both. */
function printsToTerminal({ command, isDryRun }: Config, output: Writable): boolean {
  return (command === 'list' || isDryRun) && (output as NodeJS.WriteStream).isTTY;
}

/** For the progress display only: no answer, or a refusal, is no failure. Says nothing where filters make it meaningless. */
function askUsage({ include, exclude, limit, isQuiet }: Config, source: Source, books: Books): void {
  if (isQuiet || include.length > 0 || exclude.length > 0 || limit !== undefined) return;
  source.usageBytes().then(
    (bytes) => {
      books.usageBytes = bytes;
    },
    () => {},
  );
}

/** Every object that was taken must have met exactly one end. */
function checkBooks({ listed, settled }: Books, draining: AbortSignal): void {
  if (listed === settled || draining.aborted) return;
  throw new TransferError('ERR_INTERNAL', `the books do not balance: ${listed} listed, ${settled} settled`);
}

/** Closes everything, whatever fails; the first failure of the run is the one to tell. */
async function closeAll(
  opened: readonly ({ close(): Promise<void> } | undefined)[],
  before: TransferError | undefined,
): Promise<TransferError | undefined> {
  try {
    await pMap(opened, (one) => one?.close(), { stopOnError: false });
    return before;
  } catch (error) {
    return before ?? toTransferError((error as AggregateError).errors[0]);
  }
}

interface Conclusion {
  config: Config;
  source: Source;
  books: Books;
  reporter: Reporter;
  failure: TransferError | undefined;
  interruption: Interruption;
  outputError: unknown;
}

function conclude({ config, source, books, reporter, failure, interruption, outputError }: Conclusion): number {
  const isInterrupted = interruption.draining.aborted;
  const isPipeClosed = (outputError as NodeJS.ErrnoException | undefined)?.code === 'EPIPE';
  const fatal = isInterrupted || isPipeClosed ? undefined : outputError ? outputFailure(outputError) : failure;
  if (fatal !== undefined) reporter.error(fatal);
  // A closed pipe ends quietly; a run that could not even begin has said all there is to say.
  const isSilent = isPipeClosed || (fatal !== undefined && books.settled === 0 && !config.isJson);
  if (isSilent) reporter.stop();
  else reporter.finish(summarise(books), advice(config, source, books, isInterrupted));
  if (isPipeClosed) return EXIT.ok;
  if (isInterrupted) return EXIT.interrupted;
  if (fatal !== undefined) return EXIT.fatal;
  return books.failed > 0 ? EXIT.someFailed : EXIT.ok;
}

function outputFailure(error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransferError('ERR_OUTPUT', `stdout cannot be written: ${why}`, { cause: error });
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function advice({ to, failures }: Config, source: Source, { failed }: Books, isInterrupted: boolean): string[] {
  const lines: string[] = [];
  if (failed > 0 && failures !== undefined) {
    lines.push(`what failed is in ${failures}; to try it again, with the same options:`);
    lines.push(`  sluice fetch --from ${quote(source.url)} --to ${quote(to)} < ${quote(failures)}`);
  }
  if (isInterrupted) lines.push('interrupted; run the same command again to go on: what is stored is skipped');
  return lines;
}
