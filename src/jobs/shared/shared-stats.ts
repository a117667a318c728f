/** How a shared job changes the stats of a run. */

import type { SharedTotals, Stats } from '../../events/stats.js';
import type { Batch } from '../../model/batch.js';
import type { WorkerSession } from '../../queue/nats/worker/worker-session.js';
import type { Config } from '../run-options.js';

/** Whether this run only lists, and other machines store. */
export function isLister({ command, queue }: Pick<Config, 'command' | 'queue'>): boolean {
  return command === 'list' || queue?.role === 'list';
}

/** Failures stay with their batch until its owner is known. */
export const PAGE_FAILURES = {
  record(line: string, batch: Batch | undefined): undefined {
    batch?.page?.failureLines.push(line);
  },
};

/** Replaces the stats of this run with the counts in the tables. Returns the totals of all machines. */
export async function settleShared(session: WorkerSession, config: Config, stats: Stats): Promise<SharedTotals> {
  const totals = await session.totals();
  await session.remember();
  if (isLister(config)) {
    stats.listed = stats.found;
    Object.assign(stats, { skipped: stats.found, skippedBytes: stats.foundBytes });
  } else stats.replace(session.share);
  return totals;
}
