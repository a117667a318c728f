/**
 * Feeders: the machines that read an input into a job. The job is complete only when all of them have reached its
 * end.
 */

import { isFeeder, isWorker } from '../connection/forms.js';
import { WORKER_NAME } from '../connection/names.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { collect, META, readEntry } from '../connection/records.js';
import type { SharedJob } from './shared-job.js';

/**
 * `isFed`: a feeder has read an input to its end and none is still reading. `open`: names of feeders that still read.
 */
export async function readFeeders(
  nats: QueueConnection,
  { tables }: Pick<SharedJob, 'tables'>,
): Promise<{ isFed: boolean; open: string[] }> {
  const { meta, workers } = tables;
  const open: string[] = [];
  let closed = 0;
  for (const key of await nats.ask(() => collect(meta.keys(META.feeder('*'))))) {
    const name = key.slice(META.feeder('').length);
    if (!WORKER_NAME.test(name)) continue;
    const entry = await nats.ask(() => readEntry(meta, key, isFeeder));
    if (entry?.value.state === 'closed') closed++;
    // An open feeder, or an invalid entry under the name of a machine of this job: until it says `closed`, it may
    // still read.
    else if (entry !== undefined || (await nats.ask(() => readEntry(workers, name, isWorker))) !== undefined)
      open.push(name);
  }
  return { isFed: open.length === 0 && closed > 0, open };
}
