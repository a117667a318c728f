/**
 * A walk is one pass over the whole listing. A job walks once, and again after lost batches, a forgotten machine, or
 * `--audit`.
 */
import { TransferError } from '../../../errors.js';
import { isWalk } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, META, readEntry, updateEntry, type WalkRecord } from '../connection/records.js';
import { publishRoot, type SharedJob } from './shared-job.js';

/** Returns `otherwise` when the entry is missing or invalid. */
export async function readWalk(nats: QueueConnection, { meta }: Tables, otherwise = NONE): Promise<WalkRecord> {
  return (await nats.ask(() => readEntry(meta, META.walk, isWalk)))?.value ?? otherwise;
}

const NONE: WalkRecord = { number: 0, wanted: 0 };

/**
 * Begins the walk after number `from`. Resolves with the entry before it, or undefined when another machine has begun
 * the walk. Rejects with ERR_QUEUE after `limit` walks that no user has asked for.
 */
export async function beginWalk(
  nats: QueueConnection,
  { tables, names }: SharedJob,
  { from, limit }: { from: number; limit: number },
): Promise<WalkRecord | undefined> {
  const entry = await nats.ask(() => readEntry(tables.meta, META.walk, isWalk));
  const before = entry?.value ?? { number: from, wanted: from };
  const { number, wanted } = before;
  if (number !== from) return undefined;
  if (number + 1 > Math.max(wanted, limit)) {
    throw new TransferError(
      'ERR_QUEUE',
      `the listing was walked ${number + 1} times, and there are still batches that no machine has: the bucket changes all the time, or the queue loses messages; see sluice status --queue`,
    );
  }
  const next: WalkRecord = { number: number + 1, wanted: Math.max(wanted, number + 1) };
  const isMine = await nats.ask(() => setWalk(tables, next, entry?.revision));
  if (!isMine) return undefined;
  await publishRoot(nats, names, next.number);
  return before;
}

/** Asks for one more walk than there were so far; also reopens a complete job. */
export async function wantAudit(nats: QueueConnection, tables: Tables): Promise<void> {
  await nats.ask(async () => {
    for (;;) {
      const entry = await readEntry(tables.meta, META.walk, isWalk);
      const { number, wanted } = entry?.value ?? NONE;
      const next = { number, wanted: Math.max(wanted, number + 1) };
      if (await setWalk(tables, next, entry?.revision)) break;
    }
    await tables.meta.delete(META.complete);
  });
}

function setWalk({ meta }: Tables, next: WalkRecord, revision: number | undefined): Promise<boolean> {
  return revision === undefined
    ? createEntry(meta, META.walk, next, isWalk)
    : updateEntry(meta, META.walk, next, revision);
}
