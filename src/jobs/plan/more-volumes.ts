/** Adds disks to a job that is not finished. */
import { join } from 'node:path';
import { ConfigError } from '../../errors.js';
import type { JobState } from '../../journal/job-state.js';
import { loadJob } from '../../journal/load.js';
import { STATE_FOLDER } from '../../model/key.js';
import { say } from '../../texts/say.js';

/** A volume is known by its position, so new volumes come after the known volumes. */
export function isSameOrMore(before: readonly string[], now: readonly string[]): boolean {
  return before.every((root, volume) => root === now[volume]);
}

/**
 * Adds the new volumes to the job, and returns a message about it. `storageIdentityOf` gives the storage identity of folders.
 * Throws a ConfigError when a new folder keeps another copy.
 */
export function addVolumes(
  state: JobState,
  to: readonly string[],
  storageIdentityOf: (roots: readonly string[]) => string | undefined,
): string[] {
  const { volumes, source } = state.identity;
  const added = to.slice(volumes.length);
  if (volumes.length === 0 || added.length === 0) return [];
  const other = added.find((root) => keepsOther(root, source));
  if (other !== undefined) {
    throw new ConfigError([say.jobs.plan.keepsOther(other, join(other, STATE_FOLDER))]);
  }
  // The job's notes about its earlier disks count, whether the new disks can be identified or not.
  const identity = storageIdentityOf(volumes);
  state.addVolumes(
    to,
    identity !== undefined && identity === state.storageIdentity ? storageIdentityOf(to) : undefined,
  );
  return [say.jobs.plan.added(added)];
}

/** A finished copy of the same bucket has files that count. Any other copy must not be touched. */
function keepsOther(root: string, source: string): boolean {
  try {
    const { state, sizeBytes } = loadJob(join(root, STATE_FOLDER, 'journal'));
    if (sizeBytes === 0) return false;
    return state === undefined || !state.isFinished || state.identity.source !== source;
  } catch {
    // Sluice cannot store into a folder that it cannot read. Opening the folder reports the reason.
    return false;
  }
}
