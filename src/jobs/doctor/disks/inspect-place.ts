/** Finds where a destination would be, and whether the system lets this process write there. Synchronous: for a thread. */
import { accessSync, constants, realpathSync, type Stats, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { KERNEL_FILE_SYSTEMS } from '../../../sinks/disks/file-systems.js';
import { mountOf, readMounts } from '../../../sinks/disks/mounts.js';
import type { PlaceFacts, Refusal } from './disk-facts.js';
import { Scratch } from './scratch.js';

/** `scratch` is undefined where nothing can be stored. */
export function inspectPlace(root: string): { facts: PlaceFacts; scratch: Scratch | undefined } {
  const { base, stat, error } = nearest(root);
  const isThere = base === root;
  const known = { base, isThere, device: stat?.dev ?? 0, mount: stat && mountBelow(base) };
  const refused = (refusal: Refusal, why?: string) => ({
    facts: { ...known, refusal, why, scratch: undefined },
    scratch: undefined,
  });
  if (stat === undefined) return refused('unusable', error?.message);
  if (!stat.isDirectory()) return refused('not-folder');
  if (KERNEL_FILE_SYSTEMS.has(statfsSync(base).type)) return refused('kernel');
  try {
    accessSync(base, constants.W_OK | constants.X_OK);
    const scratch = new Scratch(base);
    return { facts: { ...known, refusal: undefined, why: undefined, scratch: scratch.path }, scratch };
  } catch (thrown) {
    const { code = '', message } = thrown as NodeJS.ErrnoException;
    return refused(REFUSALS[code] ?? 'unusable', message);
  }
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  EROFS: 'read-only',
  EACCES: 'no-permission',
  EPERM: 'no-permission',
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
};

function nearest(root: string): { base: string; stat?: Stats; error?: Error } {
  for (let base = root; ; base = dirname(base)) {
    try {
      const stat = statSync(base, { throwIfNoEntry: false });
      if (stat !== undefined) return { base, stat };
    } catch (thrown) {
      // ENOTDIR: a file stands further up.
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOTDIR') return { base, error: thrown as Error };
    }
  }
}

/** Undefined where the system does not tell. */
function mountBelow(base: string): PlaceFacts['mount'] {
  try {
    return mountOf(realpathSync(base), readMounts());
  } catch {
    return undefined;
  }
}
