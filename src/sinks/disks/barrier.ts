/** One sync for a whole disk instead of one for each file: `sync -f` of the coreutils, which calls syncfs. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isShortOfFiles, TransferError } from '../../errors.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { STATE_FOLDER } from '../../model/key.js';
import { withFiles } from '../../model/open-files.js';
import { type Marker, markerPath } from '../state/marker.js';

/** What makes a file system write everything; the name of any file on it follows. */
export type SyncCommand = readonly [string, ...string[]];

export const SYNC_COMMAND: SyncCommand = ['sync', '-f'];

/** On its file system there is nothing to write, so that this only tells whether the option is known. */
const NOTHING_TO_SYNC = '/dev/null';

/** Whether this system can sync a single file system. */
export async function canSync(command: SyncCommand): Promise<boolean> {
  return (await withFiles(() => run(command, [NOTHING_TO_SYNC]))) === undefined;
}

/** There as soon as a sync of the volume has failed: its next one would not hear again of what was lost. */
export function doubtPath(root: string): string {
  return join(root, STATE_FOLDER, 'unsynced');
}

/** A run that believes nothing that was not synced begins. */
export function clearDoubts(roots: readonly string[]): void {
  // (Where there is none, a read-only disk would refuse even that.)
  for (const root of roots) if (existsSync(doubtPath(root))) rmSync(doubtPath(root), { force: true });
}

/**
 * The system tells of lost writes once, and a sync goes on when the process that wanted it has been killed: so it is a
 * shell that remembers a failure.
 */
const SYNC_SCRIPT = 'mark=$1; shift; "$@" && exit; code=$?; true 2>/dev/null > "$mark"; exit $code';

/** Rejects with ERR_DISK unless all that was stored on the volume is on the platter now. */
export async function syncVolume(root: string, { id }: Marker, command: SyncCommand): Promise<void> {
  const [name, ...args] = command;
  const shell = ['sh', '-c', SYNC_SCRIPT, 'sh', doubtPath(root), name] as const;
  const said = await withFiles(() => run([...shell, ...args], [root]));
  // Perhaps by the sync of a run that was killed.
  const problem = said ?? (existsSync(doubtPath(root)) ? 'an earlier sync of it has failed' : undefined);
  if (problem !== undefined) throw new TransferError('ERR_DISK', `${root} could not be synced: ${problem}`);
  // Another disk, or none, in its place has synced without a fault, too.
  const text = await withFiles(() => readSmallFile(markerPath(root)).toString()).catch((error) => {
    if (isShortOfFiles(error)) throw error;
    return '';
  });
  if (text.includes(id)) return;
  throw new TransferError(
    'ERR_DISK',
    `${root} could not be synced: it is not the folder that it was, unmounted or deleted`,
  );
}

/** What went wrong, or undefined. Rejects where no file can be opened for it. */
function run([command, ...args]: SyncCommand, paths: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    // In a process group of its own: a Ctrl-C at the terminal is for the run, which wants to end in order.
    // It needs none of our environment, least of all the credentials.
    const env = { PATH: process.env.PATH };
    const child = spawn(command, [...args, ...paths], { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env });
    let said = '';
    // None where it could not be started.
    child.stderr?.on('data', (chunk: Buffer) => {
      if (said.length < SAID_LIMIT) said += chunk;
    });
    child.on('error', (error) => (isShortOfFiles(error) ? reject(error) : resolve(error.message)));
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : said.trim().slice(0, SAID_LIMIT) || `exit code ${code}`),
    );
  });
}

/** Characters of its complaint that are kept. */
const SAID_LIMIT = 1_000;
