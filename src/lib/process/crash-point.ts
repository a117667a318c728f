/**
 * Points where a test can kill a run, between any two steps that matter. `SLUICE_CRASH_POINT` is `name` or `name:N`
 * (the Nth passage in one thread). The process then ends as with `kill -9`.
 */

const CRASH_POINT = process.env.SLUICE_CRASH_POINT;

/** Costs one comparison if the variable is not set. */
export function crashPoint(name: string): void {
  if (CRASH_POINT === undefined) return;
  const [wanted, count = '1'] = (process.env.SLUICE_CRASH_POINT ?? '').split(':');
  if (wanted !== name) return;
  // The variable itself counts down: each thread has its own copy of the environment.
  if (Number(count) <= 1) process.kill(process.pid, 'SIGKILL');
  process.env.SLUICE_CRASH_POINT = `${wanted}:${Number(count) - 1}`;
}
