/** What a job's streams, tables and subjects are called. */

export interface JobNames {
  readonly job: string;
  /** Pages to be listed: a stream, with one subject and one consumer for each depth. */
  readonly folders: string;
  folderSubject(depth: number): string;
  folderConsumer(depth: number): string;
  /** Parts to be fetched: a stream, with one consumer for all machines. */
  readonly parts: string;
  readonly partSubject: string;
  readonly partConsumer: string;
  /** Parts for one machine alone, and what it is asked. */
  holderSubject(worker: string): string;
  holderConsumer(worker: string): string;
  holderQuestion(worker: string): string;
  /** Key-value tables: which parts are done, which pages are listed, what the job is, who works on it. */
  readonly done: string;
  readonly listed: string;
  readonly meta: string;
  readonly workers: string;
  /** The objects of each part that a machine has finished, as hashes of their keys: a stream, with one subject for each machine. */
  readonly keys: string;
  keysSubject(worker: string): string;
  /** Messages that are none of ours, kept for a look: a stream that is made when there is one. */
  readonly rejected: string;
  rejectedSubject(from: 'folders' | 'parts'): string;
  /** What machines tell each other; nothing of it is kept. */
  readonly news: string;
}

/** Folders below this depth share one subject: sixteen consumers a job are few, and trees are hardly ever deeper. */
export const DEPTHS = 16;

const PREFIX = 'sluice_';
const META_SUFFIX = '_meta';

/** What a job may be called: a token of a subject, and part of a stream's name. */
export const JOB_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** What a machine may be called: it becomes part of the names of a subject and of a consumer. */
export const WORKER_NAME = /^[\w-]{1,80}$/;

export function namesOf(job: string): JobNames {
  const named = (what: string) => `${PREFIX}${job}_${what}`;
  return {
    job,
    folders: named('folders'),
    folderSubject: (depth) => `sluice.${job}.folders.${Math.min(depth, DEPTHS - 1)}`,
    folderConsumer: (depth) => `d${depth}`,
    parts: named('parts'),
    partSubject: `sluice.${job}.parts.any`,
    partConsumer: 'dl',
    holderSubject: (worker) => `sluice.${job}.parts.${worker}`,
    holderConsumer: (worker) => `h_${worker}`,
    holderQuestion: (worker) => `sluice.${job}.has.${worker}`,
    done: named('done'),
    listed: named('listed'),
    meta: `${PREFIX}${job}${META_SUFFIX}`,
    workers: named('workers'),
    keys: named('keys'),
    keysSubject: (worker) => `sluice.${job}.keys.${worker}`,
    rejected: named('rejected'),
    rejectedSubject: (from) => `sluice.${job}.rejected.${from}`,
    news: `sluice.${job}.news`,
  };
}

/** The stream that holds a table. */
export function streamOfTable(table: string): string {
  return `KV_${table}`;
}

/** The job that a stream's name says is kept there; only a table of what the job is says so. */
export function jobOfStream(stream: string): string | undefined {
  const [prefix, suffix] = [streamOfTable(PREFIX), META_SUFFIX];
  if (!stream.startsWith(prefix) || !stream.endsWith(suffix)) return undefined;
  const job = stream.slice(prefix.length, -suffix.length);
  return JOB_NAME.test(job) ? job : undefined;
}

/** Everything that a job keeps, in the order in which it is to be removed: what says that there is a job goes last. */
export function streamsOf(names: JobNames): string[] {
  const tables = [names.workers, names.done, names.listed, names.meta].map(streamOfTable);
  return [names.folders, names.parts, names.keys, names.rejected, ...tables];
}
