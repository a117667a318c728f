/**
 * Names the storage: the boot of the machine, and its disks. Data that was written without a sync survives the death of
 * the process, as long as neither the machine nor a disk was away. So two runs with the same name see each other's
 * writes, synced or not.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { doubtPath } from './barrier.js';
import { type Mount, mountOf, readMounts } from './mounts.js';

/** Undefined when it cannot be known (not Linux, or older than 5.15), and when a disk has lost writes. */
export function storageIdentityOf(roots: readonly string[], extras: readonly string[] = []): string | undefined {
  try {
    if (roots.some((root) => existsSync(doubtPath(root)))) return undefined;
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const mounts = readMounts();
    return JSON.stringify([bootId, ...roots.map((root) => diskOf(root, mounts)), ...extras]);
  } catch {
    return undefined;
  }
}

/** The disk below a folder, with its sequence number since boot: no two disks have the same. */
function diskOf(root: string, mounts: readonly Mount[]): string {
  const path = realpathSync(root);
  const { dev } = statSync(path);
  const mount = mountOf(path, mounts);
  if (mount === undefined) throw new Error(`${root} is on no mount`);
  const sequence =
    diskSequence(dev) ?? (mount.source.startsWith('/dev/') ? diskSequence(statSync(mount.source).rdev) : '');
  if (sequence === undefined) throw new Error(`the disk of ${root} has no number`);
  return `${dev} ${mount.type} ${mount.source} ${sequence}`;
}

/** Of a disk, or of a partition's disk (Documentation/ABI/stable/sysfs-block). Undefined for other devices. */
function diskSequence(dev: number): string | undefined {
  const folder = `/sys/dev/block/${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  if (!existsSync(folder)) return undefined;
  const device = realpathSync(folder);
  const path = [device, dirname(device)].map((one) => join(one, 'diskseq')).find((one) => existsSync(one));
  return path === undefined ? undefined : readFileSync(path, 'utf8').trim();
}
