/** One sync for a whole disk instead of one for each file: `sync -f` of the coreutils, which calls syncfs. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { TransferError } from '../errors.js';
import { type Marker, markerPath } from './marker.js';

/** What makes a file system write everything; the name of any file on it follows. */
export type SyncCommand = readonly [string, ...string[]];

export const SYNC_COMMAND: SyncCommand = ['sync', '-f'];

/** On its file system there is nothing to write, so that this only tells whether the option is known. */
const NOTHING_TO_SYNC = '/dev/null';

/** Whether this system can sync a single file system. */
export async function canSync(command: SyncCommand): Promise<boolean> {
  return (await run(command, NOTHING_TO_SYNC)) === undefined;
}

/** Rejects with ERR_DISK unless all that was stored on the volume is on the platter now. */
export async function syncVolume(root: string, { id }: Marker, command: SyncCommand): Promise<void> {
  const problem = await run(command, root);
  if (problem !== undefined) throw new TransferError('ERR_DISK', `${root} could not be synced: ${problem}`);
  // Another disk, or none, in its place has synced without a fault, too.
  const text = await readFile(markerPath(root), 'utf8').catch(() => '');
  if (text.includes(id)) return;
  throw new TransferError(
    'ERR_DISK',
    `${root} could not be synced: it is not the folder that it was, unmounted or deleted`,
  );
}

/** What went wrong, or undefined. */
function run([command, ...args]: SyncCommand, path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // In a process group of its own: a Ctrl-C at the terminal is for the run, which wants to end in order.
    // It needs none of our environment, least of all the credentials.
    const env = { PATH: process.env.PATH };
    const child = spawn(command, [...args, path], { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < SAID_LIMIT) said += chunk;
    });
    child.on('error', ({ message }) => resolve(message));
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : said.trim().slice(0, SAID_LIMIT) || `exit code ${code}`),
    );
  });
}

/** Characters of its complaint that are kept. */
const SAID_LIMIT = 1_000;
