/** Lists every file of a volume, to find files that are not in the source. Nothing else in Sluice reads folders. */
import { opendir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { localError } from '../../errors.js';
import { STATE_FOLDER } from '../../model/key.js';
import { type NameRules, PLAIN_RULES } from '../../model/names/name-rules.js';
import { withFiles } from '../../model/open-files.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';

/** Entries that one read of a folder returns: bounded for any size of the folder. */
const BUFFER_ENTRIES = 1_000;

/**
 * Yields the path below `root` of everything that is not a folder, without Sluice's own files. Memory is bounded by the
 * depth of the tree. Rejects with ERR_VOLUME when a folder cannot be read.
 */
export async function* localFiles(
  root: string,
  rules: Pick<NameRules, 'fold'> = PLAIN_RULES,
  folder = '',
): AsyncGenerator<string, void, void> {
  const absolute = join(root, folder);
  const entries = await withFiles(() => opendir(absolute, { bufferSize: BUFFER_ENTRIES })).catch((error: Error) => {
    throw localError('ERR_VOLUME', say.disks.unreadable(absolute, systemText(error, absolute)), error);
  });
  for await (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (folder === '' && rules.fold(path) === rules.fold(STATE_FOLDER)) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await leadsDown(root, path))))
      yield* localFiles(root, rules, path);
    else yield path;
  }
}

/** A link to a folder counts as a folder, as everywhere in Sluice, unless it leads back to a folder above it. */
async function leadsDown(root: string, path: string): Promise<boolean> {
  const target = await stat(join(root, path)).catch(() => undefined);
  if (!target?.isDirectory()) return false;
  const [real, here] = await Promise.all([realpath(join(root, path)), realpath(join(root, dirname(path)))]);
  return !`${here}/`.startsWith(real === '/' ? '/' : `${real}/`);
}
