/** Checks the queue between machines: reachable, its version, and whether JetStream is on. Changes nothing there. */
import { formatBytes } from '../../lib/text/units.js';
import { type QueueAccess, QueueConnection } from '../../queue/nats/connection/queue-connection.js';
import { say } from '../../texts/say.js';
import { type Check, ok } from './check.js';

const TIMEOUT_MS = 5_000;
/** The first connection, its requests, and the look at what else listens there. */
export const QUEUE_LIMIT_MS = 4 * TIMEOUT_MS;

/** Rejects with ERR_QUEUE, whose message has the advice. */
export async function checkQueue(access: QueueAccess, signal: AbortSignal): Promise<Check[]> {
  const connection = await QueueConnection.connect({ access, connectTimeoutMs: TIMEOUT_MS, signal });
  try {
    const { version } = connection.nc.info ?? {};
    const { limits, storage, streams } = await connection.jsm.getAccountInfo();
    const limitBytes = limits.max_storage < 0 ? undefined : limits.max_storage;
    const data = { url: connection.url, version, streams, storedBytes: storage, limitBytes };
    const space = limitBytes === undefined ? undefined : formatBytes(limitBytes);
    return [ok('queue', say.doctor.queue(connection.url, version ?? '?', formatBytes(storage), space), data)];
  } finally {
    await connection.close();
  }
}
