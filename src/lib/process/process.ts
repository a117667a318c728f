/** Other processes on this machine. File names contain their pids. */

/**
 * Whether another process has this pid. Signal 0 only asks; EPERM means that it exists, but belongs to another user.
 */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
