/** The disks of a run: locks them, opens them, and reports when a disk accepts no more files. */

import type { EventBus } from '../../events/bus.js';
import type { Arena } from '../../lib/md5/arena.js';
import type { VolumeEvent } from '../../sinks/disks/health.js';
import { openVolumes, type Volumes } from '../../sinks/disks/volumes.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { inodeWarnings, openFilesWarning } from '../plan/preflight.js';
import type { Config } from '../run-options.js';

export interface StoreOptions {
  events: EventBus;
  /** From the job that resumes. */
  weights: readonly number[] | undefined;
  onEvent: (event: VolumeEvent) => void;
  /** Reserved on the first disk. */
  reserved: ReservedSpace | undefined;
  /** For bodies. */
  arena: Arena;
}

/** Opens the volumes of `--to`, and warns of what they cannot hold. */
export async function openStore(
  config: Config,
  { events, weights, onEvent, arena, reserved }: StoreOptions,
): Promise<Volumes> {
  const { to, isDryRun, names, durability, reserve } = config;
  const volumes = await openVolumes(to, {
    ...{ isReadOnly: isDryRun, names, durability, reserve, weights },
    arena,
    owedBytes: reserved && (() => reserved.missingBytes),
    onEvent: (event) => {
      events.notice('volume', `${event.root}${TEXTS[event.state]}${event.reason}`);
      onEvent(event);
    },
  });
  if (isDryRun) return volumes;
  const warnings = [openFilesWarning(config), ...inodeWarnings(to, await volumes.space())];
  for (const warning of warnings) if (warning !== undefined) events.notice('disk', warning);
  return volumes;
}

const TEXTS: Record<VolumeEvent['state'], string> = {
  in: ' takes files again',
  full: ' is full and takes no more files: ',
  out: ' is broken and takes no more files: ',
  digests: ': ',
  durability: ': ',
};
