/**
 * Maps objects to machines. For every batch it finishes, a machine publishes the hashes of the keys, 8 bytes each. A
 * list counts only when the `done` table gives that batch to the same machine. So one machine can compare its share
 * with a listing, even after the bucket has changed: a key without an owner is missing, a key with another owner
 * belongs there.
 */
import type { Msg } from '@nats-io/transport-node';
import { KEY_HASH_BYTES, writeKeyHash } from '../../../lib/record-index/key-hash.js';
import { isDone } from '../connection/forms.js';
import { BATCH_NAME, type BatchContent } from '../connection/messages.js';
import { type JobNames, streamOfTable, WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { parseEntry } from '../connection/records.js';
import { lastSequenceOf, StreamReader } from '../connection/stream-reader.js';

export async function publishKeys(
  nats: QueueConnection,
  names: JobNames,
  { worker, content }: { worker: string; content: BatchContent },
): Promise<void> {
  const message = encodeKeys(content);
  // A repeat after a lost reply is harmless.
  const msgID = `${worker}.${content.key}`;
  await nats.ask(() => nats.js.publish(names.keysSubject(worker), message, { msgID }));
}

const LINE_FEED = 0x0a;

/** The name of the batch, a line feed, and the hashes. */
export function encodeKeys({ key, entries }: Pick<BatchContent, 'key' | 'entries'>): Buffer {
  const head = Buffer.from(`${key}\n`);
  const message = Buffer.alloc(head.length + entries.length * KEY_HASH_BYTES);
  head.copy(message);
  for (const [index, entry] of entries.entries()) {
    writeKeyHash(entry.key, message.subarray(head.length + index * KEY_HASH_BYTES));
  }
  return message;
}

export interface KeyList {
  readonly batch: string;
  readonly hashes: readonly Buffer[];
}

/** Undefined when the message is invalid. */
export function decodeKeys(data: Uint8Array): KeyList | undefined {
  const end = data.indexOf(LINE_FEED);
  const batch = Buffer.from(data.buffer, data.byteOffset, Math.max(0, end)).toString('latin1');
  const bytes = data.length - end - 1;
  if (!BATCH_NAME.test(batch) || bytes % KEY_HASH_BYTES !== 0) return undefined;
  const first = data.byteOffset + end + 1;
  const hashes = Array.from({ length: bytes / KEY_HASH_BYTES }, (_, index) =>
    Buffer.from(data.buffer, first + index * KEY_HASH_BYTES, KEY_HASH_BYTES),
  );
  return { batch, hashes };
}

/** Every done batch and its owner; undefined when the batch was released again. The last word about a batch counts. */
export async function* readOwners(
  nats: QueueConnection,
  { done }: JobNames,
): AsyncGenerator<{ batch: string; worker: string | undefined }, void, void> {
  const prefix = `$KV.${done}.`;
  for await (const { subject, data, headers } of readStream(nats, streamOfTable(done))) {
    const batch = subject.slice(prefix.length);
    if (!BATCH_NAME.test(batch)) continue;
    const isRemoval = Boolean(headers?.get('KV-Operation'));
    yield { batch, worker: isRemoval ? undefined : parseEntry(data, isDone)?.w };
  }
}

/** The key lists that the machines have published. */
export async function* readKeyLists(
  nats: QueueConnection,
  { keys, keysSubject }: JobNames,
): AsyncGenerator<KeyList & { worker: string }, void, void> {
  const prefix = keysSubject('');
  for await (const { subject, data } of readStream(nats, keys)) {
    const worker = subject.slice(prefix.length);
    const list = WORKER_NAME.test(worker) ? decodeKeys(data) : undefined;
    if (list !== undefined) yield { ...list, worker };
  }
}

/** Messages that one request asks for: a list of 1,000 keys has 8 kB. */
const SCAN_BATCH = 200;

/** All messages stored before the call, in order. A missing stream yields none. */
async function* readStream(nats: QueueConnection, stream: string): AsyncGenerator<Msg, void, void> {
  const goal = await nats.ask(() => lastSequenceOf(nats, stream));
  if (goal === 0) return;
  for await (const messages of new StreamReader(nats, stream, SCAN_BATCH).read(goal)) yield* messages;
}
