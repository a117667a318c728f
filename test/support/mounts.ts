// Real small disks: tmpfs mounts of a test's own, where this process may mount one.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

export interface SmallDisk {
  readonly root: string;
  /** `ro`, `rw`, `size=…`: takes effect at once. */
  remount(options: string): void;
  /** Takes the disk away, as if its cable were pulled; an empty folder stays. */
  unmount(): void;
}

/** A file system of `options` (tmpfs); undefined, and the test says that it is skipped, where mounting is not allowed. */
export function smallDisk(t: TestContext, options: string): SmallDisk | undefined {
  const root = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  let isMounted = false;
  const unmount = () => {
    if (isMounted) execFileSync('umount', ['-l', root]);
    isMounted = false;
  };
  t.after(() => {
    unmount();
    rmSync(root, { recursive: true, force: true });
  });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', root], { stdio: 'ignore' });
    isMounted = true;
  } catch {
    t.skip('this process may not mount a tmpfs');
    return undefined;
  }
  return { root, unmount, remount: (more) => void execFileSync('mount', ['-o', `remount,${more}`, root]) };
}
