/** What is wrong with limits that a program or a page sets. */
import { say } from '../../../texts/say.js';

const RATES = ['bytesPerSecond', 'objectsPerSecond', 'listsPerSecond'];

/** One sentence for each limit that is unknown or wrong. */
export function limitsProblems(change: unknown): string[] {
  const { about, object, rate, count, unknown } = say.jobs.api;
  if (typeof change !== 'object' || change === null) return [object];
  return Object.entries(change).flatMap(([name, value]) => {
    if (value === undefined || value === null) return isKnown(name) ? [] : [about(name, unknown)];
    if (RATES.includes(name)) return Number.isFinite(value) && value > 0 ? [] : [about(name, rate)];
    if (name !== 'concurrency') return [about(name, unknown)];
    return Number.isSafeInteger(value) && value >= 1 ? [] : [about(name, count(1))];
  });
}

function isKnown(name: string): boolean {
  return RATES.includes(name) || name === 'concurrency';
}
