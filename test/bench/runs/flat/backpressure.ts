// A mirror whose downloads are far slower than its listing, at two sizes: the listing must wait, and memory stay flat.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from '../../process.js';
import type { Place } from '../download.js';
import { CLI } from '../peers.js';
import { LINE, S3_KEYS, startFlatStore } from './store.js';

/** What each object takes the store, in milliseconds. With 64 at once the processors are the limit then, not the store. */
const OBJECT_DELAY_MS = 5;
const AT_ONCE = 64;

export interface BackpressureRow {
  readonly keys: number;
  readonly 'lists at once': number;
  readonly seconds: number;
  readonly 'objects/s': number;
  /** Keys that the store had listed and whose objects it had not sent, at most. */
  readonly 'keys ahead, at most': number;
  readonly 'CPU s': number | undefined;
  readonly 'peak MB': number | undefined;
  readonly stored: string;
}

/** `counts`: how many keys, and how many listing requests at once. */
export async function measureBackpressure(
  { folder }: Place,
  counts: readonly { keys: number; listsAtOnce: number }[],
  onRow: (row: BackpressureRow) => void = () => {},
): Promise<BackpressureRow[]> {
  const rows: BackpressureRow[] = [];
  for (const { keys, listsAtOnce } of counts) {
    const to = join(folder, 'to');
    const served = { shape: 'uniform hex', count: keys, ...LINE, objectDelayMs: OBJECT_DELAY_MS } as const;
    const store = await startFlatStore(served);
    try {
      await store.counts();
      const where = ['mirror', 's3://flat', '--endpoint', store.endpoint, '--to', to];
      const limits = ['--list-concurrency', String(listsAtOnce), '--concurrency', String(AT_ONCE)];
      const command = [process.execPath, CLI, ...where, ...limits, '--durability', 'none', '--quiet'];
      const { seconds, cpuSeconds, peakMegabytes } = await measure(command, { env: S3_KEYS });
      const { mostAhead } = await store.counts();
      const files = readdirSync(to).filter((name) => name !== '.sluice').length;
      const row: BackpressureRow = {
        ...{ keys: store.keys, 'lists at once': listsAtOnce, seconds, 'objects/s': store.keys / seconds },
        ...{ 'keys ahead, at most': mostAhead, 'CPU s': cpuSeconds, 'peak MB': peakMegabytes },
        stored: files === store.keys ? 'all' : `${files} of ${store.keys}`,
      };
      onRow(row);
      rows.push(row);
    } finally {
      await store.close();
      rmSync(to, { recursive: true, force: true });
    }
  }
  return rows;
}
