/** Checks the types of the files in `.sluice`: a link there redirects a write, and a pipe blocks forever. */
import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TransferError } from '../../errors.js';
import { STATE_FOLDER } from '../../model/key.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { ReservedSpace } from './reserved-space.js';

/** Names that may be folders there. */
const FOLDERS = new Set(['tmp', 'queue']);

/** Throws ERR_VOLUME with the path of the first wrong entry. A missing folder is fine. Changes nothing. */
export function checkStateFolder(root: string): void {
  const folder = join(root, STATE_FOLDER);
  const kind = kindOf(folder);
  if (kind === 'none') return;
  if (kind !== 'folder') throw misplaced(folder, kind, say.disks.kinds.folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const isExpected = FOLDERS.has(entry.name) ? entry.isDirectory() : entry.isFile();
    if (isExpected) continue;
    const path = join(folder, entry.name);
    throw misplaced(path, kindOf(path), say.disks.kinds[FOLDERS.has(entry.name) ? 'folder' : 'file']);
  }
  checkQueueFolder(join(folder, 'queue'));
}

/** Files, and one folder of files for each shared job. */
function checkQueueFolder(folder: string): void {
  if (kindOf(folder) === 'none') return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isFile() && !entry.isDirectory()) throw misplaced(path, kindOf(path), say.disks.fileOrFolder);
    if (!entry.isDirectory()) continue;
    for (const inner of readdirSync(path, { withFileTypes: true })) {
      if (!inner.isFile())
        throw misplaced(join(path, inner.name), kindOf(join(path, inner.name)), say.disks.kinds.file);
    }
  }
}

/** The same for the files of a `list --state FILE`. */
export function checkStateFile(path: string): void {
  const own = [path, `${path}.lock`, `${path}.failures`, `${path}.previous`, `${path}.new`, `${path}.run`];
  for (const file of [...own, ...new ReservedSpace(`${path}.reserve`).paths]) {
    const kind = kindOf(file);
    if (kind !== 'none' && kind !== 'file') throw misplaced(file, kind, say.disks.kinds.file);
  }
  const folder = kindOf(dirname(path));
  if (folder !== 'folder' && folder !== 'link') throw misplaced(dirname(path), folder, say.disks.kinds.folder);
}

type Kind = keyof typeof say.disks.kinds;

function kindOf(path: string): Kind {
  let stat: ReturnType<typeof lstatSync>;
  try {
    stat = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // A parent of the path is a file.
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return 'none';
    throw new TransferError('ERR_VOLUME', say.disks.unreadable(path, systemText(error, path)), { cause: error });
  }
  if (stat === undefined) return 'none';
  if (stat.isSymbolicLink()) return 'link';
  if (stat.isDirectory()) return 'folder';
  return stat.isFile() ? 'file' : 'other';
}

function misplaced(path: string, kind: Kind, expected: string): TransferError {
  return new TransferError('ERR_VOLUME', say.disks.misplaced(path, say.disks.kinds[kind], expected));
}
