/**
 * A listing pass lists all of SOURCE once. A job makes one pass, and another one after lost batches, a forgotten
 * machine, or `--audit`.
 */
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import { isPass } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, META, type PassRecord, readEntry, updateEntry } from '../connection/records.js';
import { publishRoot, type SharedJob } from './shared-job.js';

/** Returns `otherwise` when the entry is missing or invalid. */
export async function readPass(nats: QueueConnection, { meta }: Tables, otherwise = NONE): Promise<PassRecord> {
  return (await nats.ask(() => readEntry(meta, META.pass, isPass)))?.value ?? otherwise;
}

const NONE: PassRecord = { number: 0, wanted: 0 };

/**
 * Begins the pass after number `from`. Resolves with the entry before it, or undefined when another machine has begun
 * the pass. Rejects with ERR_QUEUE after `limit` passes that no user has asked for.
 */
export async function beginPass(
  nats: QueueConnection,
  { tables, names }: SharedJob,
  { from, limit }: { from: number; limit: number },
): Promise<PassRecord | undefined> {
  const entry = await nats.ask(() => readEntry(tables.meta, META.pass, isPass));
  const before = entry?.value ?? { number: from, wanted: from };
  const { number, wanted } = before;
  if (number !== from) return undefined;
  if (number + 1 > Math.max(wanted, limit)) {
    throw new TransferError('ERR_QUEUE', say.queue.job.tooManyPasses(number + 1));
  }
  const next: PassRecord = { number: number + 1, wanted: Math.max(wanted, number + 1) };
  const isMine = await nats.ask(() => setPass(tables, next, entry?.revision));
  if (!isMine) return undefined;
  await publishRoot(nats, names, next.number);
  return before;
}

/** Asks for one more pass than there were so far; also reopens a complete job. */
export async function wantAudit(nats: QueueConnection, tables: Tables): Promise<void> {
  await nats.ask(async () => {
    for (;;) {
      const entry = await readEntry(tables.meta, META.pass, isPass);
      const { number, wanted } = entry?.value ?? NONE;
      const next = { number, wanted: Math.max(wanted, number + 1) };
      if (await setPass(tables, next, entry?.revision)) break;
    }
    await tables.meta.delete(META.complete);
  });
}

function setPass({ meta }: Tables, next: PassRecord, revision: number | undefined): Promise<boolean> {
  return revision === undefined
    ? createEntry(meta, META.pass, next, isPass)
    : updateEntry(meta, META.pass, next, revision);
}
