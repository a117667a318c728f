/** What is mounted on this machine, as the kernel tells it. Linux only. */
import { readFileSync } from 'node:fs';

export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly source: string;
}

/** proc_pid_mountinfo(5). Later lines hide earlier ones. */
export function readMounts(): Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const fields = line.split(' ');
      const rest = fields.slice(fields.indexOf('-') + 1);
      return { point: unescaped(fields[4]!), type: rest[0]!, source: unescaped(rest[1]!) };
    });
}

function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mount that a path lies on; `path` is absolute and without links. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts.findLast(({ point }) => path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
}
