/** A job that is not finished gets more disks than it had. */
import { join } from 'node:path';
import { ConfigError } from '../../errors.js';
import type { JobState } from '../../journal/job-state.js';
import { loadJob } from '../../journal/load.js';
import { STATE_FOLDER } from '../../model/key.js';

/** Each volume is known by its place, so that new ones come behind the old ones. */
export function isSameOrMore(before: readonly string[], now: readonly string[]): boolean {
  return before.every((root, volume) => root === now[volume]);
}

/**
 * Takes the new ones into the job; words about it. `mediumOf` names the disks of some folders. Throws a ConfigError when one
 * of them keeps another copy.
 */
export function addVolumes(
  state: JobState,
  to: readonly string[],
  mediumOf: (roots: readonly string[]) => string | undefined,
): string[] {
  const { volumes, source } = state.identity;
  const added = to.slice(volumes.length);
  if (volumes.length === 0 || added.length === 0) return [];
  const other = added.find((root) => keepsOther(root, source));
  if (other !== undefined) {
    const advice = `finish that one, or move ${join(other, STATE_FOLDER)} away to make its files a part of this copy`;
    throw new ConfigError([`--to ${other}: it keeps another copy and cannot become a part of this one; ${advice}`]);
  }
  // What was noted on the old disks counts, whatever the new ones are.
  const medium = mediumOf(volumes);
  state.addVolumes(to, medium !== undefined && medium === state.medium ? mediumOf(to) : undefined);
  const are = added.length === 1 ? 'is' : 'are';
  return [`${added.join(', ')} ${are} new in this job: what is still to be stored goes there, too`];
}

/** A copy of the same bucket that is finished has files that count; any other is somebody else's business. */
function keepsOther(root: string, source: string): boolean {
  try {
    const { state, sizeBytes } = loadJob(join(root, STATE_FOLDER, 'journal'));
    if (sizeBytes === 0) return false;
    return state === undefined || !state.isFinished || state.identity.source !== source;
  } catch {
    // What cannot be read is no folder to store into; opening it says why.
    return false;
  }
}
