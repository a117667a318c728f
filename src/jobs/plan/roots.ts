/** The folders of a run: in the order that the copy knows, without new folders that are full. */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import { isNoSpace } from '../../lib/files/with-space.js';
import { STATE_FOLDER } from '../../model/key.js';
import { type KnownRoot, readMarkers, rememberedOrder, rootsProblem } from '../../sinks/state/marker.js';
import { checkStateFile, checkStateFolder } from '../../sinks/state/state-files.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';

/**
 * Returns the same config with the known folders first, in the copy's order, and the new folders after them. The first
 * folder keeps the state, and the journal names the others by their position. Later code reports folders that cannot be
 * read.
 */
export async function arrange(config: Config): Promise<Config> {
  if (config.command === 'list' || config.to.length < 2) return config;
  const known = await readMarkers(config.to).catch((): KnownRoot[] => []);
  return withRoots(config, rememberedOrder(known) ?? config.to);
}

/** Refuses state files that redirect a write, or that never answer. */
export function checkStateFiles({ command, to, state }: Config): void {
  if (command !== 'list') for (const root of to) checkStateFolder(root);
  else if (state !== undefined) checkStateFile(state);
}

/** Throws when disks do not belong together, or are missing. A dry run accepts any disks. */
export async function checkRoots({ command, to, isDryRun }: Config): Promise<void> {
  if (command === 'list' || isDryRun) return;
  const problem = rootsProblem(await readMarkers(to));
  if (problem !== undefined) throw new TransferError('ERR_VOLUME', problem);
}

/** A new volume needs room for its marker, its lock and the start of the journal. */
const LEAST_BYTES = 64 * 1024;
const LEAST_FILES = 16;

/**
 * Returns the same config without folders that hold no part of the copy and have no room for its state, as long as
 * other folders remain. When they have room again, they count as new.
 */
export async function leaveOutFull(config: Config, events: Pick<EventBus, 'notice'>): Promise<Config> {
  if (config.command === 'list' || config.isDryRun || config.to.length < 2) return config;
  const known = await readMarkers(config.to);
  const full = known.filter(({ root, marker }) => marker === undefined && !hasRoom(root)).map(({ root }) => root);
  if (full.length === 0 || full.length === known.length) return config;
  events.notice('volume-left-out', say.jobs.plan.leftOut(full));
  const to = config.to.filter((root) => !full.includes(root));
  return withRoots(config, to);
}

/** Tries to write, because a quota shows only then. Other problems show when the folder is opened. */
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
    if (!isNoSpace(error)) return true;
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
    // The code that uses the disk reports its problem.
  }
}

/** Returns the same config with other folders. The failures file moves to the first one, unless the user names it. */
function withRoots(config: Config, to: readonly string[]): Config {
  const isUsual = config.failures === failuresIn(config.to[0]!);
  return { ...config, to, ...(isUsual && { failures: failuresIn(to[0]!) }) };
}

function failuresIn(root: string): string {
  return join(root, STATE_FOLDER, 'failures.ndjson');
}
