/** The disks of a run: locks them, opens them, and reports when a disk accepts no more files. */

import type { EventBus } from '../../events/bus.js';
import type { NoticeTopic } from '../../events/notices.js';
import type { Arena } from '../../lib/md5/arena.js';
import type { VolumeEvent } from '../../sinks/disks/health.js';
import { openVolumes, type Volumes } from '../../sinks/disks/volumes.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { say } from '../../texts/say.js';
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
      events.notice('volume', eventText(event), TOPICS[event.state]);
      onEvent(event);
    },
  });
  if (isDryRun) return volumes;
  const tooFew = openFilesWarning(config);
  if (tooFew !== undefined) events.notice('disk', tooFew, 'open-files');
  for (const warning of inodeWarnings(to, await volumes.space())) events.notice('disk', warning, 'inodes');
  return volumes;
}

const TOPICS: Record<VolumeEvent['state'], NoticeTopic> = {
  in: 'back',
  full: 'full',
  out: 'broken',
  digests: 'digests',
  durability: 'durability',
};

function eventText({ root, state, reason }: VolumeEvent): string {
  const { takesAgain, full, out, note } = say.jobs.disk;
  if (state === 'in') return takesAgain(root);
  if (state === 'full') return full(root, reason);
  return state === 'out' ? out(root, reason) : note(root, reason);
}
