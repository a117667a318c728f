/** What a run says at its end, and of each object that fails. Programs compare the line of counts: it is a contract. */
import { formatBytes, formatCount, formatSeconds } from '../../../lib/text/units.js';
import { DIGEST_NAMES } from '../../digest-names.js';

/** The outcomes of objects. */
export interface CountValues {
  readonly listed: number;
  readonly stored: number;
  readonly skipped: number;
  readonly gone: number;
  readonly failed: number;
}

/** Counts by kind of check. */
export type CheckValues = Readonly<Record<string, number>>;

const CHECKS: Readonly<Record<string, string>> = { ...DIGEST_NAMES, size: 'size only', none: 'nothing' };

const times = (count: number, one: string, more: string): string => `${formatCount(count)} ${count === 1 ? one : more}`;

export const summary = {
  failed: ({ key, why, code, attempts }: { key: string; why: string; code: string; attempts: number }): string =>
    `failed: ${key === '' ? '' : `${key}: `}${why} [${code}, ${times(attempts, 'attempt', 'attempts')}]`,
  moreFailures: 'more failures are not shown here',
  moreFailuresFiled: 'more failures are not shown here; the failures file has them all',
  excluded: (count: number): string => `${formatCount(count)} more are left out by --include and --exclude`,

  counts: ({ listed, stored, skipped, gone, failed }: CountValues): string =>
    `${formatCount(listed)} listed = ${formatCount(stored)} stored + ${formatCount(skipped)} skipped + ` +
    `${formatCount(gone)} gone + ${formatCount(failed)} failed`,
  thisMachine: (counts: string): string => `this machine: ${counts}`,
  allMachines: (job: string, counts: string, { bytes, isComplete }: { bytes: number; isComplete: boolean }): string =>
    `job ${job}, all machines: ${counts}; ${formatBytes(bytes)}; ${isComplete ? 'complete' : 'not complete'}`,
  pace: ({ bytes, seconds, files, runs }: { bytes: number; seconds: number; files: number; runs: number }): string => {
    const perSecond = 1 / Math.max(seconds, 0.001);
    const pace = files > 0 ? ` (${formatCount(files * perSecond)} files/s, ${formatBytes(bytes * perSecond)}/s)` : '';
    return `${formatBytes(bytes)} in ${formatSeconds(seconds)}${pace}${runs > 1 ? `, ${formatCount(runs)} runs in all` : ''}`;
  },
  listing: ({
    objects,
    bytes,
    seconds,
    perSecond,
    failed,
  }: {
    objects: number;
    bytes: number;
    seconds: number;
    perSecond: number;
    failed: number;
  }): string =>
    `${formatCount(objects)} objects, ${formatBytes(bytes)} in ${formatSeconds(seconds)} (${formatCount(perSecond)}/s)` +
    `${failed > 0 ? `, ${formatCount(failed)} could not be listed` : ''}`,

  /** Of `verify`. */
  compared: (
    { listed, alike, different }: { listed: number; alike: number; different: number },
    reasons: readonly (readonly [reason: string, count: number])[],
  ): string =>
    `${formatCount(listed)} compared = ${formatCount(alike)} alike + ${formatCount(different)} different` +
    `${reasons.length > 0 ? ` (${reasons.map(([reason, count]) => `${formatCount(count)} ${reason}`).join(', ')})` : ''}`,
  read: ({ bytes, seconds, perSecond }: { bytes: number; seconds: number; perSecond: number }): string =>
    `${bytes > 0 ? `${formatBytes(bytes)} read` : 'nothing was read'} in ${formatSeconds(seconds)} (${formatCount(perSecond)} objects/s)`,

  /** What the stored objects were checked by. */
  checks: (by: CheckValues, unknown: number): string =>
    [
      ...Object.entries(by).map(([kind, count]) => `${CHECKS[kind] ?? kind} ${formatCount(count)}`),
      ...(unknown > 0 ? [`not recorded ${formatCount(unknown)}`] : []),
    ].join('; '),
  checkedBy: (checks: string): string => `checked by: ${checks}`,
  /** Of `verify`. */
  comparedBy: (checks: string): string => `contents compared by: ${checks}`,

  /** What cost time on the way; only what there was. */
  retries: (count: number): string => times(count, 'retry', 'retries'),
  throttled: (seconds: number): string => `throttled for ${formatSeconds(seconds)} in all`,
  hostOutages: (count: number): string => times(count, 'outage of one server', 'outages of single servers'),
  outages: (count: number, seconds: number): string =>
    `${times(count, 'outage', 'outages')}${seconds > 0 ? `, ${formatSeconds(seconds)} in all` : ''}`,
};
