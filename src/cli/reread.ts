/** SIGHUP with a config file: the run reads its limits again. */

import type { EventBus } from '../events/bus.js';
import type { Config } from '../jobs/run-options.js';
import type { Limits } from '../pacing/limits/limits.js';
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
    const said = (rate: number | undefined, unit: string) =>
      rate === undefined ? `no limit of ${unit}` : `${rate} ${unit}`;
    events.notice(
      'limits-reread',
      `limits reread: ${said(bytes.perSecond, 'bytes/s')}, ${said(objects.perSecond, 'objects/s')}, ${said(lists.perSecond, 'listings/s')}; other options apply from the next run on`,
    );
  } catch (error) {
    events.notice(
      'config-not-taken',
      `the config file is wrong and is not used, the limits stay as they are: ${(error as Error).message.replaceAll('\n', '; ')}`,
    );
  }
}
