/** Whose an object is, where several machines share a copy: by what they have told the queue, kept on the disk. */
import { join } from 'node:path';
import { ConfigError, TransferError } from '../../errors.js';
import type { Reporter } from '../../events/reporter.js';
import type { Stats } from '../../events/stats.js';
import { formatCount } from '../../events/units.js';
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
import { readJob } from '../../queue/nats/job/job.js';
import { readKeyLists, readOwners } from '../../queue/nats/job/key-lists.js';
import { findJobs } from '../../queue/nats/job/survey.js';
import type { Config, QueueConfig } from '../options.js';
import { readWorkerName } from './shared-folder.js';

/** Of a comparison of lines without a source. */
const NO_SOURCE = '-';
/** A hash, and the number of a machine. */
const OWNER_RECORD_BYTES = KEY_HASH_BYTES + 4;
/** Of a part that was taken back. */
const NOBODY = 0;

export interface ShareDeps {
  /** A folder for what does not fit into memory. */
  temp: string;
  /** SOURCE; `-` where lines are compared without one. */
  url: string;
  reporter: Pick<Reporter, 'notice'>;
  signal: AbortSignal;
}

/** Reads what the machines have told. Rejects with a ConfigError, or with ERR_QUEUE. */
export async function openShare(config: Config, queue: QueueConfig, deps: ShareDeps): Promise<Share> {
  const { temp, reporter, signal } = deps;
  const mine = ownNames(config);
  const nats = await QueueConnection.connect({ access: queue.access, patienceMs: config.timeoutMs, signal });
  try {
    const names = namesOf(queue.job);
    await checkJob(nats, names, deps);
    const machines = ['', ...mine];
    const numberOf = (worker: string) => {
      if (!machines.includes(worker)) machines.push(worker);
      return machines.indexOf(worker);
    };
    const parts = await indexed(join(temp, 'parts'), temp, async (add) => {
      for await (const { part, worker } of readOwners(nats, names)) {
        add(keyHash(part), worker === undefined ? NOBODY : numberOf(worker));
      }
    });
    try {
      const told = new RecordLog(join(temp, 'told'), KEY_HASH_BYTES);
      const objects = await indexed(join(temp, 'objects'), temp, async (add) => {
        for await (const { part, worker, hashes } of readKeyLists(nats, names)) {
          const hash = keyHash(part);
          const number = numberOf(worker);
          if (lastOwner(parts, hash) !== number) continue;
          told.append(hash);
          for (const one of hashes) add(one, number);
        }
      });
      told.close();
      const silent = await countSilent(nats, names, { temp, parts });
      if (silent > 0) {
        reporter.notice(
          'older-parts',
          `${formatCount(silent)} parts of the job ${queue.job} were finished by an older version of Sluice, which has not told what was in them: what no machine has told of, and is not here, is called unverified`,
        );
      }
      return new Share({ objects, machines, mine: mine.length, isTold: silent === 0, job: queue.job });
    } finally {
      await parts.close();
    }
  } finally {
    await nats.close();
  }
}

/** Without --queue what others have is missing in the folder of one machine: said where that is so. */
export function shareHint({ to, queue }: Config, { reasons }: Stats): string | undefined {
  const isShared = to.some((root) => readWorkerName(join(root, STATE_FOLDER, 'queue')) !== undefined);
  if (queue !== undefined || !isShared || (reasons.missing ?? 0) === 0) return undefined;
  return `${to.join(', ')} holds one machine's share of a job that several share: what the others have is called missing here. With --queue URL (and --job NAME) only its own share is compared; or give the folders of all machines, each with --to`;
}

/** Of the machines whose folders these are. */
function ownNames({ to }: Config): string[] {
  const names = to.map((root) => readWorkerName(join(root, STATE_FOLDER, 'queue')));
  const found = names.filter((name) => name !== undefined);
  if (found.length > 0) return [...new Set(found)];
  throw new ConfigError([
    `--queue: ${to.join(', ')} has no share in a job of several machines; give the folder that one of them stores into, or leave --queue out`,
  ]);
}

async function checkJob(nats: QueueConnection, names: JobNames, { url, reporter }: ShareDeps): Promise<void> {
  const { job } = names;
  const isThere = (await findJobs(nats)).includes(job);
  const tables = isThere ? await bindTables(nats, names) : undefined;
  const found = tables && (await readJob(nats, names, tables));
  if (found === undefined) {
    throw new TransferError(
      'ERR_QUEUE',
      `the queue keeps no job ${job} (any more), so nobody knows whose which object is; check --job, or give the folders of all machines, each with --to, and leave --queue out`,
    );
  }
  const { source } = found.value;
  if (url !== NO_SOURCE && url !== source)
    throw new ConfigError([`the job ${job} is another one: SOURCE is ${source} there and ${url} here`]);
  const complete = await nats.ask(() => readEntry(tables!.meta, META.complete, isMark));
  if (complete === undefined) {
    reporter.notice(
      'job-incomplete',
      `the job ${job} is not complete: what no machine has finished yet, and is not here, shows as missing`,
    );
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

/** What was said last of a part. */
function lastOwner(parts: HashIndex, part: Buffer): number {
  let owner = NOBODY;
  for (const record of parts.matches(part)) owner = record.readUInt32LE(KEY_HASH_BYTES);
  return owner;
}

/** Parts that are done, and of which nobody has told what was in them. */
async function countSilent(
  nats: QueueConnection,
  names: JobNames,
  { temp, parts }: { temp: string; parts: HashIndex },
): Promise<number> {
  const told = await openHashIndex(join(temp, 'told'), { recordBytes: KEY_HASH_BYTES, tempFolder: temp });
  let silent = 0;
  try {
    for await (const { part, worker } of readOwners(nats, names)) {
      const hash = keyHash(part);
      if (worker !== undefined && lastOwner(parts, hash) !== NOBODY && !told.has(hash)) silent++;
    }
  } finally {
    await told.close();
  }
  return silent;
}

interface ShareFacts {
  objects: HashIndex;
  /** By their numbers; first nobody, then those whose folders these are. */
  machines: readonly string[];
  mine: number;
  /** Of every part that is done. */
  isTold: boolean;
  job: string;
}

/** Answers are those of the tables as of the beginning. */
export class Share {
  readonly #facts: ShareFacts;
  /** Objects of others that were asked about, by the number of the machine. */
  readonly #counts = new Map<number, number>();

  constructor(facts: ShareFacts) {
    this.#facts = facts;
  }

  /** Whether another machine has it, and none of ours. */
  isElsewhere(key: string): boolean {
    const owner = this.#ownerOf(key);
    if (owner <= this.#facts.mine) return false;
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
    return true;
  }

  /** What it means that an object is not here. */
  missing(entry: ObjectEntry): Finding {
    if (this.#ownerOf(entry.key) !== NOBODY) return { entry, reason: 'missing' };
    if (this.#facts.isTold) return { entry, reason: 'missing', detail: 'no machine of the job has it' };
    return { entry, reason: 'unverified', detail: 'it is not here, and an older version has not told whose it is' };
  }

  /** Whose a file is that no object of this machine accounts for. */
  extraDetail(key: string): string | undefined {
    const owner = this.#ownerOf(key);
    if (owner <= this.#facts.mine) return undefined;
    return `a second copy: the machine ${this.#facts.machines[owner]} has this object`;
  }

  /** Undefined when nothing was left to others. */
  summary(): string | undefined {
    if (this.#counts.size === 0) return undefined;
    const { machines, job } = this.#facts;
    const all = [...this.#counts].map(([owner, count]) => `${formatCount(count)} ${machines[owner]}`);
    const sum = [...this.#counts.values()].reduce((one, other) => one + other, 0);
    return `${formatCount(sum)} objects of the job ${job} lie on other machines by its tables (${all.join(', ')}): only those can verify them`;
  }

  close(): Promise<void> {
    return this.#facts.objects.close();
  }

  /** One of ours before any other; an object that has moved to another part while it was copied can have two. */
  #ownerOf(key: string): number {
    let owner = NOBODY;
    for (const record of this.#facts.objects.matches(keyHash(key))) {
      const one = record.readUInt32LE(KEY_HASH_BYTES);
      if (owner === NOBODY || one <= this.#facts.mine) owner = one;
    }
    return owner;
  }
}
