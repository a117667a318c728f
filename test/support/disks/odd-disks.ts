// Real disks that make something else of a name or a time, in files of a test's own: NTFS and exFAT by FUSE (Debian's
// ntfs-3g, exfat-fuse and exfatprogs), and an ext4 of long ago. Where they cannot be mounted the test is skipped, visibly;
// with REQUIRE_FOLDING_DISKS=1 it fails instead.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/**
 * The first two take upper and lower case for the same. exFAT refuses some characters, too, and keeps whole seconds from
 * 1980 to 2107. An ext4 with small inodes keeps whole seconds up to 2038.
 */
export type OddKind = 'ntfs' | 'exfat' | 'ext4';

export interface OddDisk {
  readonly root: string;
  /** What its driver has only in memory is gone. */
  remount(): void;
}

const TIMEOUT_MS = 30_000;

/** Mounted until the test ends; undefined, and the test says that it is skipped, where that is not possible. */
export function oddDisk(t: TestContext, kind: OddKind, megabytes = 64): OddDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const [image, root] = [join(folder, 'image'), join(folder, 'disk')];
  let device: string | undefined;
  let isMounted = false;
  const mount = () => {
    if (kind === 'ntfs') run('lowntfs-3g', '-o', 'ignore_case', image, root);
    else if (kind === 'exfat') run('mount.exfat-fuse', device!, root);
    else run('mount', '-o', 'loop', image, root);
    isMounted = true;
  };
  const unmount = () => {
    if (isMounted) run('umount', root);
    isMounted = false;
  };
  t.after(() => {
    // Also of a test that has failed, with files open.
    if (isMounted) run('umount', '-l', root);
    if (device !== undefined) run('losetup', '-d', device);
    rmSync(folder, { recursive: true, force: true });
  });
  try {
    mkdirSync(root);
    writeFileSync(image, '');
    truncateSync(image, megabytes * 1024 * 1024);
    if (kind === 'ntfs') {
      run('mkntfs', '-F', '-q', image);
    } else if (kind === 'ext4') {
      run('mkfs.ext4', '-q', '-I', '128', image);
    } else {
      run('mkfs.exfat', image);
      device = run('losetup', '-f', '--show', image).trim();
    }
    mount();
  } catch (error) {
    const why = `no ${kind} can be mounted here (ntfs-3g, exfat-fuse, exfatprogs, as root): ${(error as Error).message}`;
    assert.notEqual(process.env.REQUIRE_FOLDING_DISKS, '1', why);
    t.skip(why.split('\n')[0]!);
    return undefined;
  }
  return {
    root,
    remount() {
      unmount();
      mount();
    },
  };
}

/** Debian keeps some of these where only root looks. */
function run(command: string, ...args: string[]): string {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  return execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS, env }).toString();
}
