/** Warns when the disks of a mirror cannot hold the bucket, and says when they will be full once the rate is known. */

import type { EventBus } from '../../events/bus.js';
import { Forecast } from '../../events/forecast.js';
import { createMeter } from '../../events/rate.js';
import type { Stats } from '../../events/stats.js';
import { within } from '../../lib/waiting/within.js';
import type { CheckedSink } from '../../sinks/sink.js';
import type { Source } from '../../sources/source.js';
import type { JobPlan } from '../plan/plan-job.js';
import type { Config } from '../run-options.js';
import type { ResumableJob } from './resumable-job.js';
import { askUsage } from './run-setup.js';

/** The wait for the bucket's usage: a TLS connection to the other end of the world, and one request. */
const TIMEOUT_MS = 2_000;
const LOOK_MS = 1_000;
/** A rate needs at least this much time. */
const LEAST_RATE_MS = 3_000;

export interface ForesightOptions {
  source: Source;
  stats: Stats;
  events: EventBus;
  /** Without `roomBytes` there is nothing to foresee. */
  volumes: Pick<CheckedSink, 'roomBytes'> | undefined;
  job: ResumableJob | undefined;
  plan: Pick<JobPlan, 'earlierBytes'> | undefined;
}

/** Runs until the caller calls the returned function. */
export async function foresee(
  config: Config,
  { source, stats, events, volumes, job, plan }: ForesightOptions,
): Promise<() => void> {
  if (config.command !== 'mirror' || config.queue !== undefined) return () => {};
  const asking = askUsage(config, source, stats, job);
  // A variant of an object has another size.
  if (volumes?.roomBytes === undefined || config.isDryRun || config.variant !== undefined) return () => {};
  const earlierBytes = job?.journal.state.isFresh ? 0 : plan?.earlierBytes;
  const forecast = new Forecast({
    stats,
    roomBytes: () => volumes.roomBytes ?? Number.POSITIVE_INFINITY,
    earlierBytes,
  });
  stats.forecast = forecast;
  await within(TIMEOUT_MS, asking, () => {});
  let isWarned = false;
  const warn = () => {
    const warning = isWarned ? undefined : forecast.warning();
    if (warning === undefined) return;
    isWarned = true;
    events.notice('forecast', warning);
  };
  warn();
  const meter = createMeter(stats);
  const timer = setInterval(() => {
    warn();
    const { bytesPerSecond } = meter();
    const prospect = stats.runMs < LEAST_RATE_MS ? undefined : forecast.prospect(bytesPerSecond, Date.now());
    if (prospect === undefined) return;
    events.notice('forecast', prospect);
    clearInterval(timer);
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}
