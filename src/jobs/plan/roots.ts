/** The folders that a run works with: in the order in which the copy counts them, and without new ones that are full. */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TransferError } from '../../errors.js';
import type { Reporter } from '../../events/reporter.js';
import { isNoRoom } from '../../lib/files/with-room.js';
import { STATE_FOLDER } from '../../model/key.js';
import { type KnownRoot, readMarkers, rememberedOrder, rootsProblem } from '../../sinks/state/marker.js';
import { checkStateFile, checkStateFolder } from '../../sinks/state/state-files.js';
import type { Config } from '../options.js';

/**
 * The same command, with the folders that the copy knows first, as it knows them, and new ones behind them: the first keeps
 * the state, and the journal names the others by their place. What cannot be read is complained of later.
 */
export async function arrange(config: Config): Promise<Config> {
  if (config.command === 'list' || config.to.length < 2) return config;
  const known = await readMarkers(config.to).catch((): KnownRoot[] => []);
  return withRoots(config, rememberedOrder(known) ?? config.to);
}

/** What could lead a write elsewhere, or never answer. */
export function checkStateFiles({ command, to, state }: Config): void {
  if (command !== 'list') for (const root of to) checkStateFolder(root);
  else if (state !== undefined) checkStateFile(state);
}

/** Disks that do not belong together, or are not there. Dry runs look at whatever there is. */
export async function checkRoots({ command, to, isDryRun }: Config): Promise<void> {
  if (command === 'list' || isDryRun) return;
  const problem = rootsProblem(await readMarkers(to));
  if (problem !== undefined) throw new TransferError('ERR_VOLUME', problem);
}

/** A new volume has its marker, its lock and the journal, at least for a beginning. */
const LEAST_BYTES = 64 * 1024;
const LEAST_FILES = 16;

/**
 * The same command without folders that hold nothing of the copy and have no room for its state either, as long as others
 * are left: with room again, they are new ones.
 */
export async function leaveOutFull(config: Config, reporter: Pick<Reporter, 'notice'>): Promise<Config> {
  if (config.command === 'list' || config.isDryRun || config.to.length < 2) return config;
  const known = await readMarkers(config.to);
  const full = known.filter(({ root, marker }) => marker === undefined && !hasRoom(root)).map(({ root }) => root);
  if (full.length === 0 || full.length === known.length) return config;
  const are = full.length === 1 ? 'is full and holds' : 'are full and hold';
  reporter.notice(
    'volume-left-out',
    `${full.join(', ')} ${are} nothing of this copy: left out, until a later run finds room there`,
  );
  const to = config.to.filter((root) => !full.includes(root));
  return withRoots(config, to);
}

/** Tries it: a quota is known to nobody before. Anything else that is wrong with it shows when it is opened. */
function hasRoom(root: string): boolean {
  const folder = join(root, STATE_FOLDER);
  const probe = join(folder, `probe.${process.pid}`);
  let made: string | undefined;
  try {
    made = mkdirSync(folder, { recursive: true });
    writeFileSync(probe, Buffer.alloc(LEAST_BYTES, 'probe'));
    const { files, ffree } = statfsSync(folder);
    if (files === 0 || ffree >= LEAST_FILES) return true;
  } catch (error) {
    if (!isNoRoom(error)) return true;
  } finally {
    remove(probe);
  }
  if (made !== undefined) remove(made);
  return false;
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // What is wrong with the disk is told by whoever needs it.
  }
}

/** The same command with other folders; the list of failures lies in the first, unless the user says where. */
export function withRoots(config: Config, to: readonly string[]): Config {
  const isUsual = config.failures === failuresIn(config.to[0]!);
  return { ...config, to, ...(isUsual && { failures: failuresIn(to[0]!) }) };
}

function failuresIn(root: string): string {
  return join(root, STATE_FOLDER, 'failures.ndjson');
}
