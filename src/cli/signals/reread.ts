/** SIGHUP with a config file: the run reads its limits again. */

import type { EventBus } from '../../events/bus.js';
import type { Config } from '../../jobs/run-options.js';
import type { Limits } from '../../pacing/limits/limits.js';
import { say } from '../../texts/say.js';
import type { Hangups } from './hangups.js';

export interface Reread {
  /** Reads the current config. Throws a ConfigError. */
  config: () => Pick<Config, 'limits'>;
  hangups: Pick<Hangups, 'listen'>;
}

/** Listens from now on, if there is a config file. Returns a function that ends this. */
export function rereadAtHangups(
  reread: Reread | undefined,
  { limits, events }: { limits: Limits; events: EventBus },
): () => void {
  if (reread === undefined) return () => {};
  return reread.hangups.listen(() => rereadLimits(reread, { limits, events }));
}

/** An error in the file changes nothing: a typing error must not end a run of days. */
function rereadLimits({ config }: Reread, { limits, events }: { limits: Limits; events: EventBus }): void {
  try {
    limits.apply(config().limits);
    const { bytes, objects, lists } = limits;
    events.notice('limits-reread', say.cli.limits(bytes.perSecond, objects.perSecond, lists.perSecond));
  } catch (error) {
    events.notice('config-not-taken', say.cli.configNotTaken((error as Error).message.split('\n')));
  }
}
