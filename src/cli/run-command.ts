/** Puts together what each command's pipeline needs. */
import type { Readable, Writable } from 'node:stream';
import { fetch } from '../../pipelines/fetch.js';
import { list } from '../../pipelines/list.js';
import { mirror } from '../../pipelines/mirror.js';
import type { Config } from '../config/config.js';
import { createFilter } from '../flow/filter.js';
import type { Limit } from '../flow/limit.js';
import type { Part } from '../model/part.js';
import type { Books } from '../report/books.js';
import type { Reporter } from '../report/reporter.js';
import type { Source } from '../sources/source.js';
import type { Volume } from '../volume/volume.js';
import type { Job } from './job.js';

export interface CommandParts {
  source: Source;
  volume: Volume | undefined;
  failures: { record(line: string, part: Part): Promise<void> | undefined } | undefined;
  job: Job | undefined;
  books: Books;
  reporter: Reporter;
  input: Readable;
  output: Writable;
  limit: Limit | undefined;
  takingUntil: AbortSignal;
  draining: AbortSignal;
  signal: AbortSignal;
}

export function runCommand(
  config: Config,
  { volume, output, takingUntil, job, ...parts }: CommandParts,
): Promise<void> {
  const filter = createFilter(config);
  const { listConcurrency, retries, concurrency, bufferBytes } = config;
  const onRetry = () => {
    parts.books.retries++;
  };
  const walk = {
    listConcurrency,
    retries,
    onRetry,
    isPruned: filter.isPruned,
    signal: takingUntil,
    resume: job?.resume,
  };
  const checkpointer = job?.checkpointer;
  if (config.command === 'list') return list({ ...parts, filter, walk, output, checkpointer });
  const options = {
    ...parts,
    volume: volume!,
    filter,
    walk,
    checkpointer,
    concurrency,
    bufferBytes,
    retries,
    isVariant: config.variant !== undefined,
    announceTo: config.isDryRun ? output : undefined,
  };
  return config.command === 'mirror' ? mirror(options) : fetch(options);
}
