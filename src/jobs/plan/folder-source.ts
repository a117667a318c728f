/** Remembers, beside the files of a folder, their SOURCE, so that Sluice never mixes in another source unseen. */
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError, localError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import { loadJob } from '../../journal/load.js';
import { replaceFileSync } from '../../lib/files/replace-file.js';
import { type GiveWay, isNoSpace } from '../../lib/files/with-space.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import type { Config } from '../run-options.js';
import { isLister } from '../shared/shared-stats.js';
import { hasFilled } from './plan-job.js';

/** Decides what bytes a key stands for. */
interface Origin {
  readonly source: string;
  /** '' for the objects themselves. */
  readonly variant: string;
}

/**
 * Throws a ConfigError when a folder holds files of another SOURCE or another variant. A dry run stores nothing, so it
 * only gets a notice that the real run is refused. Changes nothing.
 */
export function checkFolderSource(config: Config, source: string, events?: Pick<EventBus, 'notice'>): void {
  if (isLister(config) || config.isRestart) return;
  const now = originOf(config, source);
  for (const root of config.to) {
    const was = knownOrigin(root, now);
    if (was === undefined || isSame(was, now)) continue;
    const reason = refusal(root, was, now, config);
    if (!config.isDryRun) throw new ConfigError([reason]);
    events?.notice('other-source', `without --dry-run this is refused: ${reason}`);
  }
}

/** Records this SOURCE for the folders. A full disk gets the record when it has room again. Throws ERR_STATE. */
export function rememberFolderSource(config: Config, source: string, reserved: ReservedSpace | undefined): void {
  if (!isStoring(config)) return;
  const now = originOf(config, source);
  for (const root of config.to) {
    const was = readOrigin(root);
    if (was === undefined || !isSame(was, now)) writeOrigin(root, now, reserved?.giveWayFor(originPath(root)));
  }
}

/** A dry run stores nothing, and neither does a machine that only lists. */
function isStoring(config: Config): boolean {
  return !config.isDryRun && !isLister(config);
}

function originOf({ variant = '' }: Config, source: string): Origin {
  return { source, variant };
}

function isSame(one: Origin, other: Origin): boolean {
  return one.source === other.source && one.variant === other.variant;
}

/** An empty folder belongs to no source: a run with a mistyped SOURCE must not claim it. */
function knownOrigin(root: string, now: Origin): Origin | undefined {
  const written = readOrigin(root);
  if (written !== undefined && isSame(written, now)) return written;
  const ofJob = originOfJob(root);
  if (written === undefined) return ofJob;
  const isFilled = hasDigests(root) || (ofJob !== undefined && isSame(written, ofJob));
  return isFilled ? written : undefined;
}

/** The origin in the journal. Journals of older builds have it too. Other code reports a damaged journal. */
function originOfJob(root: string): Origin | undefined {
  try {
    const { state } = loadJob(join(root, STATE_FOLDER, 'journal'));
    if (state === undefined || !hasFilled(state)) return undefined;
    const { source, filters } = state.identity;
    return { source, variant: filters.variant ?? '' };
  } catch {
    return undefined;
  }
}

/** Sluice writes a digest for each stored file. */
function hasDigests(root: string): boolean {
  return sizeOf(join(root, STATE_FOLDER, 'digests')) > 0;
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function originPath(root: string): string {
  return join(root, STATE_FOLDER, 'source.json');
}

/** Enough for a bucket and a key. Sluice did not write a longer file. */
const LIMIT_BYTES = 64 * 1024;

function readOrigin(root: string): Origin | undefined {
  try {
    const path = originPath(root);
    if (sizeOf(path) > LIMIT_BYTES) return undefined;
    const { source, variant } = JSON.parse(readFileSync(path, 'utf8'));
    return typeof source === 'string' && typeof variant === 'string' ? { source, variant } : undefined;
  } catch {
    // The file is missing or damaged: the caller reads the journal instead.
    return undefined;
  }
}

/** Writes the whole file or nothing. */
function writeOrigin(root: string, origin: Origin, giveWay: GiveWay | undefined): void {
  const path = originPath(root);
  try {
    mkdirSync(dirname(path), { recursive: true });
    replaceFileSync(path, `${JSON.stringify(origin)}\n`, giveWay);
  } catch (error) {
    if (isNoSpace(error)) return;
    const why = (error as Error).message;
    throw localError('ERR_STATE', `${path} cannot be written: ${why}; free some space or repair the disk`, error);
  }
}

function refusal(root: string, was: Origin, now: Origin, { queue }: Config): string {
  const differences = [
    was.source === now.source ? '' : `SOURCE was ${was.source} and is now ${now.source}`,
    was.variant === now.variant ? '' : `--variant was ${shown(was.variant)} and is now ${shown(now.variant)}`,
  ].filter(Boolean);
  // A job with --queue has no --restart.
  const way =
    queue === undefined
      ? 'or --restart to store both here'
      : `or run \`sluice fetch --from ${now.source} --to ${root} --restart < /dev/null\` once to store both here`;
  return (
    `${root} holds another copy: ${differences.join('; ')}; objects of both would lie there under the same keys; ` +
    `give another --to, ${way} (files that are stored stay)`
  );
}

function shown(variant: string): string {
  return variant === '' ? 'not given' : variant;
}
