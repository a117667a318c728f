/** Decides before anything is opened: this command starts a job, resumes a job, or must not touch the existing job. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, isShortOfFiles, localError } from '../../errors.js';
import { JobState } from '../../journal/job-state.js';
import { type LoadedJob, loadJob } from '../../journal/load.js';
import type { JobIdentity } from '../../journal/records.js';
import { localTime } from '../../lib/text/local-time.js';
import { STATE_FOLDER } from '../../model/key.js';
import { storageIdentityOf } from '../../sinks/disks/storage-identity.js';
import { isFrozen } from '../../sinks/state/frozen.js';
import { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import type { Config } from '../run-options.js';
import { addVolumes, isSameOrMore } from './more-volumes.js';

export interface JobPlan {
  /** Path of the journal. */
  readonly path: string;
  readonly failuresPath: string;
  readonly state: JobState;
  readonly isNew: boolean;
  /** Number of the last line in the existing journal. */
  readonly sequence: number;
  /** Bytes of the objects that an earlier pass stored, if known. */
  readonly earlierBytes?: number | undefined;
  /** The journal is not damaged. */
  readonly isWhole: boolean;
  /** Messages for the user: the damage, and the job that resumes. */
  readonly messages: readonly string[];
}

/** The journal of the job of these volumes, or of a listing with a state. Undefined where no folder keeps one. */
function journalPath({ command, state, to }: Pick<Config, 'command' | 'state' | 'to'>): string | undefined {
  if (command === 'list') return state;
  return to[0] === undefined ? undefined : join(to[0], STATE_FOLDER, 'journal');
}

/** The locks that a command holds while it runs. */
export function lockPaths({ command, isDryRun, state, to, queue }: Config): string[] {
  if (command === 'list' || queue?.role === 'list') return state === undefined ? [] : [`${state}.lock`];
  if (isDryRun) return [];
  // A read-only disk cannot change, so it needs no lock.
  return to.filter((root, place) => !isFrozen(root, place)).map((root) => join(root, STATE_FOLDER, 'lock'));
}

/** Undefined for a command without state. Throws a ConfigError when an unfinished job has another identity. */
export function planJob(config: Config, source: string): JobPlan | undefined {
  const path =
    config.command === 'fetch' || config.isDryRun || config.queue !== undefined ? undefined : journalPath(config);
  if (path === undefined) return undefined;
  const loaded = load(path, config);
  const identity = identityOf(config, source);
  const failuresPath = config.command === 'list' ? `${path}.failures` : join(path, '..', 'job-failures.ndjson');
  const { state, problems } = loaded;
  const place = { path, failuresPath, sequence: loaded.sequence, isWhole: problems.length === 0 };
  const identified = identityFor(config);
  const isUnfinished = state !== undefined && !state.isFinished && !config.isRestart;
  const differences = isUnfinished ? compare(state.identity, identity) : [];
  if (isUnfinished && differences.length > 0 && hasBegun(state)) throw new ConfigError([refusal(path, differences)]);
  if (isOtherListing(config, state, source)) throw new ConfigError([listingRefusal(path, state!.identity, source)]);
  if (isUnfinished && differences.length === 0) {
    const added = addVolumes(state, identity.volumes, (to) => identityFor({ ...config, to }).medium);
    state.apply({ t: 'run', atMs: Date.now(), ...identified });
    return { ...place, state, isNew: false, messages: [...problems, resumption(state), ...added] };
  }
  const pass = state === undefined ? 1 : state.pass + (hasBegun(state) ? 1 : 0);
  const fresh = JobState.fresh({ id: randomUUID(), identity, pass, startedAtMs: Date.now() });
  fresh.apply({ t: 'run', atMs: Date.now(), ...identified });
  if (!config.isRestart && state?.identity.source === source) fresh.learnt = state.learnt;
  const { bytes = 0, skippedBytes = 0 } = state?.isFinished ? state.knownTotals : {};
  const earlierBytes = state?.isFinished ? bytes + skippedBytes : undefined;
  return { ...place, state: fresh, isNew: true, messages: problems, earlierBytes };
}

/** A listing remembers the lines that it printed. No disk holds them, so it has no storage identity. */
function identityFor({ command, to, manifest = '' }: Pick<Config, 'command' | 'to' | 'manifest'>): { medium?: string } {
  const medium = command === 'list' ? undefined : storageIdentityOf(to, [manifest]);
  return medium === undefined ? {} : { medium };
}

function load(path: string, { command, isRestart }: Config): LoadedJob {
  try {
    const loaded = loadJob(path);
    const isEmpty = (file: string) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
    if (command === 'list' && loaded.sequence === 0) {
      const { paths } = new ReservedSpace(`${path}.reserve`);
      const foreign = [path, `${path}.failures`, ...paths].find((file) => !isEmpty(file));
      if (foreign !== undefined) {
        throw new ConfigError([say.jobs.plan.foreignState(foreign)]);
      }
    }
    return loaded;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (isRestart && !isShortOfFiles(error)) return { state: undefined, problems: [], sequence: 0, sizeBytes: 0 };
    throw localError('ERR_STATE', say.disks.journal.unreadable(path, systemText(error, path)), error);
  }
}

/** The identity of a job. It does not depend on where the job is kept. */
export function identityOf(
  { command, include, exclude, limit, variant, names, to }: Config,
  source: string,
): JobIdentity {
  const filters: Record<string, string> = {
    include: listed(include),
    exclude: listed(exclude),
    limit: limit === undefined ? '' : String(limit),
    variant: variant ?? '',
    ...(command === 'mirror' && { names }),
  };
  return { source, filters, volumes: command === 'list' ? [] : to };
}

/** One pattern stays as it is. Several patterns become JSON, so that no other patterns give the same text. */
function listed(patterns: readonly string[]): string {
  return patterns.length > 1 ? JSON.stringify(patterns) : (patterns[0] ?? '');
}

/** A job that found nothing yet (for example, with a wrong SOURCE) is no loss. */
function hasBegun({ found, totals }: JobState): boolean {
  return found > 0 || totals.settled > 0;
}

/** Whether this pass, or an earlier pass, stored or printed something. */
export function hasFilled(state: JobState): boolean {
  return hasBegun(state) || state.pass > 1;
}

/** A finished state belongs to one listing. Lines of another listing must not follow it. */
function isOtherListing({ command, isRestart }: Config, state: JobState | undefined, source: string): boolean {
  if (command !== 'list' || isRestart || state === undefined || !hasFilled(state)) return false;
  return state.identity.source !== source;
}

function listingRefusal(path: string, before: JobIdentity, source: string): string {
  return say.jobs.plan.otherListing({ path, before: before.source, now: source });
}

/** The differences, with both values. */
function compare(before: JobIdentity, now: JobIdentity): string[] {
  const pairs: [string, string, string][] = [
    ['SOURCE', before.source, now.source],
    ['--to', before.volumes.join('\n'), now.volumes.join('\n')],
    ...Object.entries(now.filters).map(([name, value]): [string, string, string] => [
      `--${name}`,
      before.filters[name] ?? '',
      value,
    ]),
  ];
  return pairs
    .filter(([, was, is]) => was !== is)
    .filter(([name]) => name !== '--to' || !isSameOrMore(before.volumes, now.volumes))
    .map(([name, was, is]) => say.jobs.plan.was(name, shown(was), shown(is)));
}

function shown(value: string): string {
  return value === '' ? say.jobs.plan.notGiven : value.replaceAll('\n', ' ');
}

function refusal(path: string, differences: readonly string[]): string {
  const isAboutDisks = differences.some((difference) => difference.startsWith('--to '));
  return say.jobs.plan.otherJob({ path, differences, isAboutDisks });
}

/** In objects, so that the user can compare it with the summary of the run before. */
function resumption({ startedAtMs, knownTotals, found, runs, again, isListed }: JobState): string {
  return say.jobs.plan.resuming({
    begun: localTime(startedAtMs),
    run: runs,
    done: knownTotals.settled,
    found: found - knownTotals.excluded,
    pages: again.length,
    pageObjects: again.reduce((sum, { k }) => sum + k, 0),
    isListed,
  });
}
