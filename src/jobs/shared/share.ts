/** Finds the machine that has an object of a shared copy, from the reports in the queue, and keeps them on disk. */
import { join } from 'node:path';
import { ConfigError, TransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { Stats } from '../../events/stats.js';
import { type HashIndex, openHashIndex } from '../../lib/record-index/hash-index.js';
import { KEY_HASH_BYTES, keyHash } from '../../lib/record-index/key-hash.js';
import { RecordLog } from '../../lib/record-index/record-log.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { Finding } from '../../model/finding.js';
import { STATE_FOLDER } from '../../model/key.js';
import { isMark } from '../../queue/nats/connection/forms.js';
import { bindTables } from '../../queue/nats/connection/layout.js';
import { type JobNames, namesOf } from '../../queue/nats/connection/names.js';
import { QueueConnection } from '../../queue/nats/connection/queue-connection.js';
import { META, readEntry } from '../../queue/nats/connection/records.js';
import { readKeyLists, readOwners } from '../../queue/nats/job/key-lists.js';
import { readJob } from '../../queue/nats/job/shared-job.js';
import { findJobs } from '../../queue/nats/job/survey.js';
import { say } from '../../texts/say.js';
import type { Config, QueueConfig } from '../run-options.js';
import { readWorkerName } from './shared-folder.js';

/** For a comparison of lines without a source. */
const NO_SOURCE = '-';
/** A hash, and the number of a machine. */
const OWNER_RECORD_BYTES = KEY_HASH_BYTES + 4;
/** The batch has no owner any more. */
const NO_OWNER = 0;

export interface ShareDeps {
  /** A folder for data that does not fit into memory. */
  temp: string;
  /** SOURCE, or `-` when lines are compared without a source. */
  url: string;
  events: Pick<EventBus, 'notice'>;
  signal: AbortSignal;
}

/** Reads the reports of the machines. Rejects with a ConfigError, or with ERR_QUEUE. */
export async function openShare(config: Config, queue: QueueConfig, deps: ShareDeps): Promise<Share> {
  const { temp, events, signal } = deps;
  const mine = ownNames(config);
  const nats = await QueueConnection.connect({ access: queue.access, connectTimeoutMs: config.timeoutMs, signal });
  try {
    const names = namesOf(queue.job);
    await checkJob(nats, names, deps);
    const machines = ['', ...mine];
    const numberOf = (worker: string) => {
      if (!machines.includes(worker)) machines.push(worker);
      return machines.indexOf(worker);
    };
    const batches = await indexed(join(temp, 'parts'), temp, async (add) => {
      for await (const { batch, worker } of readOwners(nats, names)) {
        add(keyHash(batch), worker === undefined ? NO_OWNER : numberOf(worker));
      }
    });
    try {
      const reported = new RecordLog(join(temp, 'told'), KEY_HASH_BYTES);
      const objects = await indexed(join(temp, 'objects'), temp, async (add) => {
        for await (const { batch, worker, hashes } of readKeyLists(nats, names)) {
          const hash = keyHash(batch);
          const number = numberOf(worker);
          if (lastOwner(batches, hash) !== number) continue;
          reported.append(hash);
          for (const one of hashes) add(one, number);
        }
      });
      reported.close();
      const silent = await countSilent(nats, names, { temp, batches });
      if (silent > 0) {
        events.notice('older-parts', say.jobs.shared.olderParts(silent, queue.job));
      }
      return new Share({ objects, machines, mine: mine.length, isTold: silent === 0, job: queue.job });
    } finally {
      await batches.close();
    }
  } finally {
    await nats.close();
  }
}

/** Without --queue, objects of other machines are missing in the folder of one machine. This hint says so. */
export function shareHint({ to, queue }: Config, { reasons }: Stats): string | undefined {
  const isShared = to.some((root) => readWorkerName(join(root, STATE_FOLDER, 'queue')) !== undefined);
  if (queue !== undefined || !isShared || (reasons.missing ?? 0) === 0) return undefined;
  return say.jobs.shared.onlyShare(to);
}

/** The names of the machines that own these folders. */
function ownNames({ to }: Config): string[] {
  const names = to.map((root) => readWorkerName(join(root, STATE_FOLDER, 'queue')));
  const found = names.filter((name) => name !== undefined);
  if (found.length > 0) return [...new Set(found)];
  throw new ConfigError([say.jobs.shared.noShare(to)]);
}

async function checkJob(nats: QueueConnection, names: JobNames, { url, events }: ShareDeps): Promise<void> {
  const { job } = names;
  const isThere = (await findJobs(nats)).includes(job);
  const tables = isThere ? await bindTables(nats, names) : undefined;
  const found = tables && (await readJob(nats, names, tables));
  if (found === undefined) {
    throw new TransferError('ERR_QUEUE', say.jobs.shared.noJob(job));
  }
  const { source } = found.value;
  if (url !== NO_SOURCE && url !== source) throw new ConfigError([say.jobs.shared.otherSource(job, source, url)]);
  const complete = await nats.ask(() => readEntry(tables!.meta, META.complete, isMark));
  if (complete === undefined) {
    events.notice('job-incomplete', say.jobs.shared.incomplete(job));
  }
}

/** Records of a hash and the number of a machine, found by the hash. */
async function indexed(
  path: string,
  tempFolder: string,
  fill: (add: (hash: Buffer, machine: number) => void) => Promise<void>,
): Promise<HashIndex> {
  const log = new RecordLog(path, OWNER_RECORD_BYTES);
  const record = Buffer.alloc(OWNER_RECORD_BYTES);
  try {
    await fill((hash, machine) => {
      hash.copy(record, 0, 0, KEY_HASH_BYTES);
      record.writeUInt32LE(machine, KEY_HASH_BYTES);
      log.append(record);
    });
  } finally {
    log.close();
  }
  return openHashIndex(path, { recordBytes: OWNER_RECORD_BYTES, tempFolder });
}

/** The owner that the last record of the batch names. */
function lastOwner(batches: HashIndex, batch: Buffer): number {
  let owner = NO_OWNER;
  for (const record of batches.matches(batch)) owner = record.readUInt32LE(KEY_HASH_BYTES);
  return owner;
}

/** Counts finished batches without a report of their objects. */
async function countSilent(
  nats: QueueConnection,
  names: JobNames,
  { temp, batches }: { temp: string; batches: HashIndex },
): Promise<number> {
  const reported = await openHashIndex(join(temp, 'told'), { recordBytes: KEY_HASH_BYTES, tempFolder: temp });
  let silent = 0;
  try {
    for await (const { batch, worker } of readOwners(nats, names)) {
      const hash = keyHash(batch);
      if (worker !== undefined && lastOwner(batches, hash) !== NO_OWNER && !reported.has(hash)) silent++;
    }
  } finally {
    await reported.close();
  }
  return silent;
}

interface ShareFacts {
  objects: HashIndex;
  /** By number: index 0 means no machine, then come the machines that own these folders. */
  machines: readonly string[];
  mine: number;
  /** Machines reported the objects of every finished batch. */
  isTold: boolean;
  job: string;
}

/** Answers from the tables as they were at the start. */
export class Share {
  readonly #facts: ShareFacts;
  /** The number of looked-up objects that each other machine has, by the number of the machine. */
  readonly #counts = new Map<number, number>();

  constructor(facts: ShareFacts) {
    this.#facts = facts;
  }

  /** Whether another machine has the object, and none of ours has it. */
  isElsewhere(key: string): boolean {
    const owner = this.#ownerOf(key);
    if (owner <= this.#facts.mine) return false;
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
    return true;
  }

  /** The finding for an object that is not here. */
  missing(entry: ObjectEntry): Finding {
    if (this.#ownerOf(entry.key) !== NO_OWNER) return { entry, reason: 'missing' };
    if (this.#facts.isTold) return { entry, reason: 'missing', detail: say.jobs.shared.noMachine };
    return { entry, reason: 'unverified', detail: say.jobs.shared.unrecorded };
  }

  /** The owner of a file that matches no object of this machine. */
  extraDetail(key: string): string | undefined {
    const owner = this.#ownerOf(key);
    if (owner <= this.#facts.mine) return undefined;
    return say.jobs.shared.secondCopy(this.#facts.machines[owner]!);
  }

  /** Undefined when other machines have no looked-up object. */
  summary(): string | undefined {
    if (this.#counts.size === 0) return undefined;
    const { machines, job } = this.#facts;
    const all = [...this.#counts].map(([owner, count]) => say.jobs.shared.share(count, machines[owner]!));
    const sum = [...this.#counts.values()].reduce((one, other) => one + other, 0);
    return say.jobs.shared.elsewhere(sum, job, all);
  }

  close(): Promise<void> {
    return this.#facts.objects.close();
  }

  /** Prefers one of our machines. An object that moved to another batch during the copy can have two owners. */
  #ownerOf(key: string): number {
    let owner = NO_OWNER;
    for (const record of this.#facts.objects.matches(keyHash(key))) {
      const one = record.readUInt32LE(KEY_HASH_BYTES);
      if (owner === NO_OWNER || one <= this.#facts.mine) owner = one;
    }
    return owner;
  }
}
