/** SIGHUP with a config file: a run reads its limits anew. */

import type { Reporter } from '../events/reporter.js';
import type { Config } from '../jobs/options.js';
import type { Limits } from '../pacing/limits/limits.js';
import type { Hangups } from './hangups.js';

export interface Reread {
  /** The config as it would be now. Throws a ConfigError. */
  config: () => Pick<Config, 'limits'>;
  hangups: Pick<Hangups, 'listen'>;
}

/** From now on, if there is a config file. Gives what ends it. */
export function rereadAtHangups(
  reread: Reread | undefined,
  { limits, reporter }: { limits: Limits; reporter: Reporter },
): () => void {
  if (reread === undefined) return () => {};
  return reread.hangups.listen(() => rereadLimits(reread, { limits, reporter }));
}

/** What is wrong in the file changes nothing: a run of days does not end for a slip of the pen. */
function rereadLimits({ config }: Reread, { limits, reporter }: { limits: Limits; reporter: Reporter }): void {
  try {
    limits.apply(config().limits);
    const { bytes, objects, lists } = limits;
    const said = (rate: number | undefined, unit: string) =>
      rate === undefined ? `no limit of ${unit}` : `${rate} ${unit}`;
    reporter.notice(
      'limits-reread',
      `limits reread: ${said(bytes.perSecond, 'bytes/s')}, ${said(objects.perSecond, 'objects/s')}, ${said(lists.perSecond, 'listings/s')}; other options hold from the next run on`,
    );
  } catch (error) {
    reporter.notice(
      'config-not-taken',
      `the config file was not taken, the limits stay as they are: ${(error as Error).message.replaceAll('\n', '; ')}`,
    );
  }
}
