/** What one machine of a job has learnt of SOURCE, such as the region of its bucket: the others need not learn it again. */

import { isLearnt } from '../connection/forms.js';
import type { Tables } from '../connection/layout.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { META, readEntry } from '../connection/records.js';

/** As a source has it: `restore` before any request, and `watch` for what it finds out. */
export interface Learning {
  restore(text: string): void;
  watch(onLearnt: (text: string) => void): void;
}

/**
 * Hands on what the job knows, and from now on enters what this machine learns: the last one counts. Machines that begin at
 * the same moment each learn it themselves, which costs one request each. Rejects with ERR_QUEUE.
 */
export async function shareLearnt(nats: QueueConnection, { meta }: Tables, learning: Learning): Promise<void> {
  const known = await nats.ask(() => readEntry(meta, META.learnt, isLearnt));
  if (known !== undefined) learning.restore(known.value.text);
  learning.watch((text) => {
    const record = { text };
    // Only saves requests: another machine learns it by itself.
    if (isLearnt(record)) void nats.ask(() => meta.put(META.learnt, JSON.stringify(record))).catch(() => {});
  });
}
