// Real small disks: tmpfs mounts of a test's own, where this process may mount one.

import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

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

export interface FailingDisk {
  readonly root: string;
  /**
   * The disk reports an error, and the system makes it read-only, whoever writes to it: as it does with a broken one.
   * Resolves when it is.
   */
  fail(): Promise<void>;
  /** Mounted anew, it writes again. */
  mend(): void;
}

const FAIL_LOOK_MS = 5;
const FAIL_LOOKS = 4_000;

/** An ext4 file system in a file; undefined, and the test says that it is skipped, where that cannot be mounted. */
export function failingDisk(t: TestContext, megabytes = 32): FailingDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const [image, root] = [join(folder, 'image'), join(folder, 'disk')];
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const mount = () => run('mount', '-o', 'loop,errors=remount-ro', image, root);
  let isMounted = false;
  t.after(() => {
    if (isMounted) run('umount', '-l', root);
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    mkdirSync(root);
    writeFileSync(image, '');
    truncateSync(image, megabytes * 1024 * 1024);
    run('mkfs.ext4', '-q', image);
    mount();
    isMounted = true;
    const device = basename(run('findmnt', '-no', 'SOURCE', root).toString().trim());
    const trigger = `/sys/fs/ext4/${device}/trigger_fs_error`;
    accessSync(trigger, constants.W_OK);
    return {
      root,
      async fail() {
        writeFileSync(trigger, 'test');
        for (let left = FAIL_LOOKS; isWritable(root); left--) {
          if (left === 0) throw new Error(`${root} is still writable`);
          await setTimeout(FAIL_LOOK_MS);
        }
      },
      mend() {
        run('umount', root);
        mount();
      },
    };
  } catch {
    t.skip('this process may not mount a disk that can be made to fail');
    return undefined;
  }
}

/** The system takes its time: until it has made a disk read-only, files are stored as before. */
function isWritable(root: string): boolean {
  try {
    const now = new Date();
    utimesSync(root, now, now);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EROFS') return false;
    throw error;
  }
}
