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
import { Books } from '../report/books.js';
import { type FailuresFile, openFailures } from '../report/failures.js';
import type { Reporter } from '../report/reporter.js';
import type { Source } from '../sources/source.js';
import { createUpyunSource } from '../sources/upyun/source.js';
import { openVolume, type Volume } from '../volume/volume.js';
import { conclude } from './conclude.js';
import type { Interruption } from './signals.js';

export interface Io {
  input: Readable;
  output: Writable;
  reporter: Reporter;
  interruption: Interruption;
}

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

  const isComplete = failure === undefined && !draining.aborted && !cut.signal.aborted;
  const closeFailure = await closeAll([source, volume, { close: async () => failures?.close({ isComplete }) }]);
  output.off('error', onOutputClosed);
  return conclude(config, {
    url: source.url,
    books,
    reporter,
    // An aborted pipeline fails with the reason of the abort: nothing to tell.
    failure: stopped.aborted ? closeFailure : (failure ?? closeFailure),
    failures: closeFailure === undefined ? failures?.path : undefined,
    isInterrupted: draining.aborted,
    outputError: cut.signal.reason,
  });
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

/** Closes everything, whatever fails; gives the first failure. */
async function closeAll(
  opened: readonly ({ close(): Promise<void> } | undefined)[],
): Promise<TransferError | undefined> {
  try {
    await pMap(opened, (one) => one?.close(), { stopOnError: false });
    return undefined;
  } catch (error) {
    return toTransferError((error as AggregateError).errors[0]);
  }
}
