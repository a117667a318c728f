/** The screen of a run that works in another process: the same lines, from the note of the run. */

import type { ScreenState } from '../../events/reporters/screen/parts.js';
import type { DiskView } from '../../events/run-view.js';
import type { Status, VolumeStatus } from './status-text.js';

/** Undefined while the run has noted no numbers: it has just begun, or is of another version. */
export function screenOf(status: Status, nowMs: number): ScreenState | undefined {
  const { live, command = '', source = '', runs, runningSince, isListingComplete = false, volumes = [] } = status;
  if (live === undefined) return undefined;
  return {
    command: command.replace(/^sluice /, ''),
    source,
    to: volumes.map(({ path }) => path),
    nowMs,
    runs,
    runSeconds: runningSince === undefined ? 0 : Math.max(0, Math.floor((nowMs - Date.parse(runningSince)) / 1000)),
    progress: live,
    isListingDone: isListingComplete,
    health: live.health,
    throttledMs: live.throttledSeconds * 1000,
    disks: volumes.flatMap(diskOf),
  };
}

function diskOf({ path, state, freeBytes }: VolumeStatus): DiskView[] {
  return [{ root: path, state: state === 'in' || state === 'full' ? state : 'out', freeBytes }];
}
