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
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import type { Config } from '../run-options.js';
import { isLister } from '../shared/shared-stats.js';
import { hasFilled } from './plan-job.js';

/** Decides what bytes a key stands for. */
interface Origin {
  readonly source: string;
  /** '' for the objects themselves. */
  readonly variant: string;
}

/** What decides whether a folder may take the files of a run. */
export type Claim = Pick<Config, 'command' | 'to' | 'variant' | 'isDryRun' | 'isRestart' | 'queue'>;

/**
 * Throws a ConfigError when a folder holds files of another SOURCE or another variant. A dry run stores nothing, so it
 * only gets a notice that the real run is refused. Changes nothing.
 */
export function checkFolderSource(config: Claim, source: string, events?: Pick<EventBus, 'notice'>): void {
  if (isLister(config) || config.isRestart) return;
  const now = originOf(config, source);
  for (const root of config.to) {
    const was = knownOrigin(root, now);
    if (was === undefined || isSame(was, now)) continue;
    const reason = refusal(root, was, now, config);
    if (!config.isDryRun) throw new ConfigError([reason]);
    events?.notice('other-source', say.jobs.plan.dryRunRefused(reason));
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

/**
 * The sources that the files of these folders come from, as far as that is known: '' for one whose objects are stored in
 * another version.
 */
export function knownSources(roots: readonly string[]): string[] {
  const origins = roots.map((root) => readOrigin(root) ?? originOfJob(root)).filter((origin) => origin !== undefined);
  return origins.map(({ source, variant }) => (variant === '' ? source : ''));
}

/** A dry run stores nothing, and neither does a machine that only lists. */
function isStoring(config: Config): boolean {
  return !config.isDryRun && !isLister(config);
}

function originOf({ variant = '' }: Pick<Config, 'variant'>, source: string): Origin {
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
    throw localError('ERR_STATE', say.jobs.plan.unwritable(path, systemText(error, path)), error);
  }
}

function refusal(root: string, was: Origin, now: Origin, { queue }: Pick<Config, 'queue'>): string {
  const { plan } = say.jobs;
  const shown = (variant: string) => (variant === '' ? plan.notGiven : variant);
  const differences = [
    was.source === now.source ? '' : plan.was('SOURCE', was.source, now.source),
    was.variant === now.variant ? '' : plan.was('--variant', shown(was.variant), shown(now.variant)),
  ].filter(Boolean);
  // A job with --queue has no --restart.
  const way = queue === undefined ? plan.restart : plan.restartShared(now.source, root);
  return plan.otherCopy({ root, differences, way });
}
