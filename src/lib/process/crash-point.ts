/**
 * Where a run can be made to die, so that tests can kill it between any two steps that matter. `SLUICE_CRASH_POINT`
 * is `name` or `name:N` (at its Nth passage in one thread); the process then ends as `kill -9` ends it.
 */

const CRASH_POINT = process.env.SLUICE_CRASH_POINT;

/** Costs one comparison unless the variable is set. */
export function crashPoint(name: string): void {
  if (CRASH_POINT === undefined) return;
  const [wanted, count = '1'] = (process.env.SLUICE_CRASH_POINT ?? '').split(':');
  if (wanted !== name) return;
  // The environment itself counts down: each thread has its own copy of it.
  if (Number(count) <= 1) process.kill(process.pid, 'SIGKILL');
  process.env.SLUICE_CRASH_POINT = `${wanted}:${Number(count) - 1}`;
}
