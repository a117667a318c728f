/** A job on the NATS server. The first machine begins it, the others join it. */
import { randomUUID } from 'node:crypto';
import { ConfigError, TransferError } from '../../../errors.js';
import { ALL } from '../../../model/scope.js';
import { say } from '../../../texts/say.js';
import { isJob } from '../connection/forms.js';
import { ensureStreams, openTables, type Tables } from '../connection/layout.js';
import { encodeFolder, pageName } from '../connection/messages.js';
import { type JobNames, namesOf } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import {
  createEntry,
  hasEntry,
  isBadEntry,
  type JobKind,
  type JobRecord,
  META,
  readEntry,
  type SharedIdentity,
  updateEntry,
} from '../connection/records.js';

export interface SharedJob {
  readonly names: JobNames;
  readonly record: JobRecord;
  readonly tables: Tables;
  /** This machine has just created the job. */
  readonly isNew: boolean;
}

export interface JoinOptions {
  readonly name: string;
  readonly identity: SharedIdentity;
  readonly kind: JobKind;
  /** This machine may also join a job of the other kind: it neither lists nor feeds. */
  readonly isKindFree: boolean;
  readonly leaseMs: number;
}

/**
 * Joins or creates the job `name`. Throws a ConfigError that names the differences when that name belongs to another
 * job.
 */
export async function joinJob(nats: QueueConnection, options: JoinOptions): Promise<SharedJob> {
  const { name, identity, kind, leaseMs } = options;
  const names = namesOf(name);
  const tables = await openTables(nats, names);
  const mine: JobRecord = {
    version: 1,
    id: randomUUID(),
    kind,
    leaseMs,
    createdAt: new Date().toISOString(),
    ...identity,
  };
  let isNew = false;
  let found = await readJob(nats, names, tables);
  if (found === undefined) {
    isNew = await nats.ask(() => createEntry(tables.meta, META.job, mine));
    found = await readJob(nats, names, tables);
  }
  let record = found!.value;
  const differences = record.id === mine.id ? [] : compare(record, options);
  if (differences.length > 0) throw new ConfigError([say.queue.job.differs(name, differences.join('; '))]);
  // A lister does not know the filters that only the storing machines have to agree on. The first storing machine
  // adds them.
  const filters = { ...identity.filters, ...record.filters };
  if (Object.keys(filters).length > Object.keys(record.filters).length) {
    const fuller = { ...record, filters };
    const isMine = await nats.ask(() => updateEntry(tables.meta, META.job, fuller, found!.revision));
    if (!isMine) return joinJob(nats, options);
    record = fuller;
  }
  await ensureStreams(nats, names, record.leaseMs);
  return { names, record, tables, isNew };
}

/**
 * Reads what the job copies. Rejects with ERR_QUEUE when the entry is invalid: without it the job has no definition.
 */
export async function readJob(
  nats: QueueConnection,
  { job }: JobNames,
  { meta }: Pick<Tables, 'meta'>,
): Promise<{ value: JobRecord; revision: number } | undefined> {
  return nats.ask(async () => {
    const found = await readEntry(meta, META.job, isJob);
    if (found === undefined && (await isBadEntry(meta, META.job, isJob))) throw unreadableJob(job);
    return found;
  });
}

function unreadableJob(job: string): TransferError {
  return new TransferError('ERR_QUEUE', say.queue.strange.record(job));
}

/** Publishes SOURCE itself as the first folder to list, once per job. */
export async function seed(nats: QueueConnection, { names, tables }: SharedJob): Promise<void> {
  if (await nats.ask(() => hasEntry(tables.meta, META.seeded))) return;
  await publishRoot(nats, names, 0);
  await nats.ask(() => createEntry(tables.meta, META.seeded, { at: new Date().toISOString() }));
}

/** Publishes the first page of a pass. To publish it twice is safe: the page is listed once. */
export async function publishRoot(nats: QueueConnection, names: JobNames, pass: number): Promise<void> {
  const root = { scope: ALL, cursor: undefined, pass };
  const msgID = `${pass}.${pageName(root)}`;
  await nats.ask(() => nats.js.publish(names.folderSubject(0), encodeFolder(root), { msgID }));
}

function compare(there: JobRecord, { identity, kind, isKindFree }: JoinOptions): string[] {
  const pairs: [string, string, string][] = [
    ['SOURCE', there.source, identity.source],
    ...Object.entries(identity.filters)
      .filter(([option]) => option in there.filters)
      .map(([option, value]): [string, string, string] => [`--${option}`, there.filters[option]!, value]),
  ];
  const differences = pairs
    .filter(([, was, is]) => was !== is)
    .map(([option, was, is]) => say.queue.job.difference(option, shown(was), shown(is)));
  if (there.kind !== kind && !isKindFree) {
    differences.push(there.kind === 'input' ? say.queue.job.isFed : say.queue.job.lists);
  }
  return differences;
}

function shown(value: string): string {
  return value === '' ? say.queue.job.notGiven : value.replaceAll('\n', ' ');
}
