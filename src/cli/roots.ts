/** The folders of a run in the order in which the copy counts them, whatever the order of `--to`. */
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { STATE_FOLDER } from '../model/key.js';
import { type KnownRoot, readMarkers, rememberedOrder } from '../volume/marker.js';

/**
 * The same command, with the folders that the copy knows first, as it knows them, and new ones behind them: the first keeps
 * the state, and the journal names the others by their place. What cannot be read is complained of later.
 */
export async function arrange(config: Config): Promise<Config> {
  if (config.command === 'list' || config.to.length < 2) return config;
  const known = await readMarkers(config.to).catch((): KnownRoot[] => []);
  return withRoots(config, rememberedOrder(known) ?? config.to);
}

/** The same command with other folders; the list of failures lies in the first, unless the user says where. */
export function withRoots(config: Config, to: readonly string[]): Config {
  const isUsual = config.failures === failuresIn(config.to[0]!);
  return { ...config, to, ...(isUsual && { failures: failuresIn(to[0]!) }) };
}

function failuresIn(root: string): string {
  return join(root, STATE_FOLDER, 'failures.ndjson');
}
