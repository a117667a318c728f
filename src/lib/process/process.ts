/** Other processes of this machine, known by their pid from the names of their files. */

/** Whether a process other than this one has that pid. Signal 0 only asks; EPERM says that it is there, but not ours. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
