/** The names of a job's streams, tables and subjects. */

export interface JobNames {
  readonly job: string;
  /** Pages to list: a stream with one subject and one consumer per depth. */
  readonly folders: string;
  folderSubject(depth: number): string;
  folderConsumer(depth: number): string;
  /** Batches to fetch: a stream with one consumer for all machines. */
  readonly batches: string;
  readonly batchSubject: string;
  readonly batchConsumer: string;
  /** Batches for one machine alone, and the subject of questions to it. */
  affinitySubject(worker: string): string;
  affinityConsumer(worker: string): string;
  affinityQuestion(worker: string): string;
  /** Key-value tables: done batches, listed pages, the job itself, its workers. */
  readonly done: string;
  readonly listed: string;
  readonly meta: string;
  readonly workers: string;
  /** Hashes of the keys of each done batch: a stream with one subject per machine. */
  readonly keys: string;
  keysSubject(worker: string): string;
  /** Copies of messages that Sluice could not read: a stream created with the first one. */
  readonly rejected: string;
  rejectedSubject(from: 'folders' | 'parts'): string;
  /** Alerts between the machines; the server keeps none of them. */
  readonly alerts: string;
}

/** Deeper folders share the last subject: sixteen consumers per job are few, and trees are hardly ever deeper. */
export const DEPTHS = 16;

const PREFIX = 'sluice_';
const META_SUFFIX = '_meta';

/** A job name is a token of a subject, and part of a stream's name. */
const JOB_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** A machine name is part of the names of a subject and of a consumer. */
export const WORKER_NAME = /^[\w-]{1,80}$/;

export function namesOf(job: string): JobNames {
  const named = (what: string) => `${PREFIX}${job}_${what}`;
  return {
    job,
    folders: named('folders'),
    folderSubject: (depth) => `sluice.${job}.folders.${Math.min(depth, DEPTHS - 1)}`,
    folderConsumer: (depth) => `d${depth}`,
    batches: named('parts'),
    batchSubject: `sluice.${job}.parts.any`,
    batchConsumer: 'dl',
    affinitySubject: (worker) => `sluice.${job}.parts.${worker}`,
    affinityConsumer: (worker) => `h_${worker}`,
    affinityQuestion: (worker) => `sluice.${job}.has.${worker}`,
    done: named('done'),
    listed: named('listed'),
    meta: `${PREFIX}${job}${META_SUFFIX}`,
    workers: named('workers'),
    keys: named('keys'),
    keysSubject: (worker) => `sluice.${job}.keys.${worker}`,
    rejected: named('rejected'),
    rejectedSubject: (from) => `sluice.${job}.rejected.${from}`,
    alerts: `sluice.${job}.news`,
  };
}

/** The stream that holds a table. */
export function streamOfTable(table: string): string {
  return `KV_${table}`;
}

/** The job that has this stream as its `meta` table; undefined for any other stream. */
export function jobOfStream(stream: string): string | undefined {
  const [prefix, suffix] = [streamOfTable(PREFIX), META_SUFFIX];
  if (!stream.startsWith(prefix) || !stream.endsWith(suffix)) return undefined;
  const job = stream.slice(prefix.length, -suffix.length);
  return JOB_NAME.test(job) ? job : undefined;
}

/** All streams of a job, in the order of removal: the `meta` table shows that the job exists, so it goes last. */
export function streamsOf(names: JobNames): string[] {
  const tables = [names.workers, names.done, names.listed, names.meta].map(streamOfTable);
  return [names.folders, names.batches, names.keys, names.rejected, ...tables];
}
