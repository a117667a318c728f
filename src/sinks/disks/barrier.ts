/** One sync for a whole disk instead of one for each file: `sync -f` of the coreutils calls syncfs. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isShortOfFiles, TransferError } from '../../errors.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { STATE_FOLDER } from '../../model/key.js';
import { withFiles } from '../../model/open-files.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { type Marker, markerPath } from '../state/marker.js';

/** A command that flushes a file system. Sluice adds the path of a file on it. */
export type SyncCommand = readonly [string, ...string[]];

export const SYNC_COMMAND: SyncCommand = ['sync', '-f'];

/** Its file system has nothing to write, so this call only tests whether the option is known. */
const NOTHING_TO_SYNC = '/dev/null';

/** Whether this system can sync a single file system. */
export async function canSync(command: SyncCommand): Promise<boolean> {
  return (await withFiles(() => runSync(command, [NOTHING_TO_SYNC]))) === undefined;
}

/**
 * A file that exists once a sync of the volume has failed: the kernel does not report the same loss to the next sync.
 */
export function doubtPath(root: string): string {
  return join(root, STATE_FOLDER, 'unsynced');
}

/** For the start of a run that trusts only synced data. */
export function clearDoubts(roots: readonly string[]): void {
  // (On a read-only disk, removing a missing file fails too.)
  for (const root of roots) if (existsSync(doubtPath(root))) rmSync(doubtPath(root), { force: true });
}

/**
 * The kernel reports lost writes only once, and a sync continues after a kill of the process that started it. So a
 * shell runs it, and records a failure.
 */
const SYNC_SCRIPT = 'mark=$1; shift; "$@" && exit; code=$?; true 2>/dev/null > "$mark"; exit $code';

/** Makes all that was stored on the volume durable. Rejects with ERR_DISK when that fails. */
export async function syncVolume(root: string, { id }: Marker, command: SyncCommand): Promise<void> {
  const [name, ...args] = command;
  const shell = ['sh', '-c', SYNC_SCRIPT, 'sh', doubtPath(root), name] as const;
  const failure = await withFiles(() => runSync([...shell, ...args], [root]));
  // The sync of a killed run may have failed.
  const problem = failure ?? (existsSync(doubtPath(root)) ? say.disks.syncFailedBefore : undefined);
  if (problem !== undefined) throw new TransferError('ERR_DISK', say.disks.unsynced(root, problem));
  // A sync also succeeds when another disk, or none, is mounted there.
  const text = await withFiles(() => readSmallFile(markerPath(root)).toString()).catch((error) => {
    if (isShortOfFiles(error)) throw error;
    return '';
  });
  if (text.includes(id)) return;
  throw new TransferError('ERR_DISK', say.disks.unsynced(root, say.disks.notSame));
}

/** Resolves to the error message, or undefined. Rejects when no file can be opened for it. */
export function runSync([command, ...args]: SyncCommand, paths: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    // The child has its own process group: a Ctrl-C at the terminal is for the run: it must end in order. The child
    // needs nothing else of the environment, and must not get the credentials.
    const env = { PATH: process.env.PATH };
    const child = spawn(command, [...args, ...paths], { stdio: ['ignore', 'ignore', 'pipe'], detached: true, env });
    let output = '';
    // There is no stderr when the start fails.
    child.stderr?.on('data', (chunk: Buffer) => {
      if (output.length < SAID_LIMIT) output += chunk;
    });
    child.on('error', (error) => (isShortOfFiles(error) ? reject(error) : resolve(systemText(error))));
    child.on('close', (code) =>
      resolve(code === 0 ? undefined : output.trim().slice(0, SAID_LIMIT) || say.disks.syncExit(code)),
    );
  });
}

/** Characters of the error output that are kept. */
const SAID_LIMIT = 1_000;
