/** How long the log of digests of each volume is: what a part of a shared job has recorded lies behind that. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { STATE_FOLDER } from '../../model/key.js';

/** Without those of which it is not known. */
export async function logLengths(roots: readonly string[]): Promise<Record<string, number>> {
  const lengths = await Promise.all(roots.map(async (root) => [root, await lengthOf(root)] as const));
  return Object.fromEntries(lengths.filter((one): one is readonly [string, number] => one[1] !== undefined));
}

async function lengthOf(root: string): Promise<number | undefined> {
  try {
    return (await stat(join(root, STATE_FOLDER, 'digests'))).size;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 0 : undefined;
  }
}
