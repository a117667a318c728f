/** The length of each volume's digest log. A batch of a shared job records its digests after that position. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { STATE_FOLDER } from '../../model/key.js';

/** Leaves out a volume when its length is unknown. */
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
