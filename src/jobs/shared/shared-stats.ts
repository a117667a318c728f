/** What of a job with others concerns the stats of a run. */

import type { SharedTotals, Stats } from '../../events/stats.js';
import type { Part } from '../../model/part.js';
import type { Fleet } from '../../queue/nats/worker/fleet.js';
import type { Config } from '../options.js';

/** Whether this run stores nothing: others do. */
export function isLister({ command, queue }: Pick<Config, 'command' | 'queue'>): boolean {
  return command === 'list' || queue?.role === 'list';
}

/** Failures wait with their part until it is known whose it is. */
export const PAGE_FAILURES = {
  record(line: string, { page }: Part): undefined {
    page?.failureLines.push(line);
  },
};

/** From now on the stats of this run are those of the tables; gives what all machines have done. */
export async function settleShared(fleet: Fleet, config: Config, stats: Stats): Promise<SharedTotals> {
  const totals = await fleet.totals();
  await fleet.remember();
  if (isLister(config)) {
    stats.listed = stats.found;
    Object.assign(stats, { skipped: stats.found, skippedBytes: stats.foundBytes });
  } else stats.replace(fleet.share);
  return totals;
}
