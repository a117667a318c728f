/** How many requests may be under way at once, of each kind and together: from three options and what the system allows. */

/** More is of use on no line that was measured; beyond it, give `--max-connections`. */
const MAX_CONNECTIONS = 256;
/** A page on its way holds up to `--page-size` rows in memory: 16 of them about 30 MB. */
const MAX_AUTOMATIC_LISTS = 16;
/** Files that Node and Sluice have open besides those of the transfer. */
export const OTHER_FILES = 64;

/** Requests of one kind at once. */
export interface Requests {
  readonly max: number;
  /** Sought from low to `max`; else always `max`. */
  readonly isAutomatic: boolean;
}

export interface Connections {
  readonly objects: Requests;
  readonly lists: Requests;
  /** Both together. */
  readonly total: number;
}

export interface ConnectionValues {
  concurrency: number | 'auto';
  listConcurrency: number | 'auto';
  /** Undefined = not given. */
  maxConnections: number | undefined;
  /** There are no objects, and `concurrency` is one more limit for the listings. */
  isListing?: boolean;
  /** Files that the process may open, where that is known. */
  openFiles?: number | undefined;
}

/** Adds to `problems` where a number that was given is above the most that was given. */
export function connectionsOf(values: ConnectionValues, problems: string[]): Connections {
  const { concurrency, listConcurrency, maxConnections, openFiles, isListing = false } = values;
  for (const [flag, value] of [
    ['--concurrency', concurrency],
    ['--list-concurrency', listConcurrency],
  ] as const) {
    if (maxConnections === undefined || value === 'auto' || value <= maxConnections) continue;
    problems.push(`${flag}: ${value} is more than --max-connections (${maxConnections})`);
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

/** What fits below the limit of open files, with a temporary file for each connection. */
function allowedBy(openFiles = Number.POSITIVE_INFINITY): number {
  return Math.max(1, Math.min(MAX_CONNECTIONS, Math.floor((openFiles - OTHER_FILES) / 2)));
}

function leastOf(wished: number | 'auto'): number {
  return wished === 'auto' ? 1 : wished;
}
