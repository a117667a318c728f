/** The maximum of requests at once, for each kind and in total. Three options and the system's limits decide it. */
import { say } from '../../texts/say.js';

/** More connections helped on no measured line. A user who needs more gives `--max-connections`. */
const MAX_CONNECTIONS = 256;
/** A page in flight holds up to `--page-size` rows in memory: 16 pages take about 30 MB. */
const MAX_AUTOMATIC_LISTS = 16;
/** Files that Node and Sluice keep open besides the files of the transfer. */
export const OTHER_FILES = 64;

/** Requests of one kind at once. */
export interface Requests {
  readonly max: number;
  /** True: the pacer searches for the best value up to `max`. False: always `max`. */
  readonly isAutomatic: boolean;
}

export interface Connections {
  readonly objects: Requests;
  readonly lists: Requests;
  /** The maximum of both kinds together. */
  readonly total: number;
}

export interface ConnectionValues {
  concurrency: number | 'auto';
  listConcurrency: number | 'auto';
  /** Undefined when the user does not give it. */
  maxConnections: number | undefined;
  /** The command fetches no objects, and `concurrency` is one more limit for the listings. */
  isListing?: boolean;
  /** Files that the process may open, if known. */
  openFiles?: number | undefined;
}

/** Adds to `problems` when a given number is above the given maximum. */
export function connectionsOf(values: ConnectionValues, problems: string[]): Connections {
  const { concurrency, listConcurrency, maxConnections, openFiles, isListing = false } = values;
  for (const [flag, value] of [
    ['--concurrency', concurrency],
    ['--list-concurrency', listConcurrency],
  ] as const) {
    if (maxConnections === undefined || value === 'auto' || value <= maxConnections) continue;
    problems.push(say.jobs.plan.connections(flag, value, maxConnections));
  }
  const needed = leastOf(concurrency) + leastOf(listConcurrency);
  const isFixed = concurrency !== 'auto' && listConcurrency !== 'auto';
  const total = maxConnections ?? (isFixed ? needed : Math.max(needed, allowedBy(openFiles)));
  const forLists = isListing
    ? Math.min(total, concurrency === 'auto' ? total : concurrency)
    : Math.max(1, Math.floor(total / 4));
  const lists = {
    isAutomatic: listConcurrency === 'auto',
    max:
      listConcurrency === 'auto'
        ? Math.min(MAX_AUTOMATIC_LISTS, forLists)
        : Math.min(listConcurrency, isListing ? forLists : total),
  };
  const objects = {
    isAutomatic: concurrency === 'auto',
    max: concurrency === 'auto' ? Math.max(1, total - lists.max) : Math.min(concurrency, total),
  };
  return { objects, lists, total };
}

/** Each connection needs a temporary file too; both must fit below the limit of open files. */
function allowedBy(openFiles = Number.POSITIVE_INFINITY): number {
  return Math.max(1, Math.min(MAX_CONNECTIONS, Math.floor((openFiles - OTHER_FILES) / 2)));
}

function leastOf(wished: number | 'auto'): number {
  return wished === 'auto' ? 1 : wished;
}
