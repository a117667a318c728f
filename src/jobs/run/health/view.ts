/** What a screen shows of a run besides its counts. */
import type { RunView } from '../../../events/run-view.js';
import type { Volumes } from '../../../sinks/disks/volumes.js';
import { titleOf } from '../../../sources/registry.js';
import type { Source } from '../../../sources/source.js';
import type { Config } from '../../run-options.js';
import type { RunHealth } from './run-health.js';

export interface ViewParts {
  health: RunHealth;
  /** Undefined until they are open, and where there are none. */
  volumes: () => Pick<Volumes, 'roots' | 'states' | 'knownSpace'> | undefined;
}

export function viewOf(config: Config, source: Source, { health, volumes }: ViewParts): RunView {
  const { command, to, include, exclude, limit } = config;
  return {
    command,
    source: titleOf(source.url),
    to,
    isFiltered: include.length > 0 || exclude.length > 0,
    limit,
    isShared: config.queue !== undefined && command !== 'verify',
    health: () => health.current,
    throttledMs: () => health.throttledMs,
    disks() {
      const opened = volumes();
      if (opened === undefined) return [];
      const states = opened.states();
      const space = opened.knownSpace;
      return opened.roots.map((root, volume) => ({
        ...{ root, state: states[volume]!.state, freeBytes: space[volume]?.bytesFree },
      }));
    },
  };
}
