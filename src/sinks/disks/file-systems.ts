/** Kinds of file systems, as far as a copy cares. */

/** proc and sysfs (linux/magic.h): they store no files, and Node's recursive mkdir never returns there. */
export const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([0x9fa0, 0x62656572]);

/** What a file system means for a copy. */
export type FileSystemKind = 'disk' | 'ext' | 'memory' | 'layer' | 'network' | 'foreign' | 'program' | 'unknown';

/** By the name that the kernel gives in its list of mounts. */
const KINDS: Readonly<Record<string, FileSystemKind>> = {
  ext2: 'ext',
  ext3: 'ext',
  ext4: 'ext',
  xfs: 'disk',
  btrfs: 'disk',
  zfs: 'disk',
  f2fs: 'disk',
  bcachefs: 'disk',
  jfs: 'disk',
  tmpfs: 'memory',
  ramfs: 'memory',
  overlay: 'layer',
  aufs: 'layer',
  nfs: 'network',
  nfs4: 'network',
  cifs: 'network',
  smb3: 'network',
  '9p': 'network',
  ceph: 'network',
  lustre: 'network',
  exfat: 'foreign',
  vfat: 'foreign',
  msdos: 'foreign',
  ntfs: 'foreign',
  ntfs3: 'foreign',
  fuseblk: 'foreign',
};

export function kindOf(type: string): FileSystemKind {
  return KINDS[type] ?? (type.startsWith('fuse') ? 'program' : 'unknown');
}

/** For systems without a list of mounts, and for mounts that are not in it: by the magic number (linux/magic.h). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0xf2f52010, 'f2fs'],
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
  [0x794c7630, 'overlay'],
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb3'],
  [0x01021997, '9p'],
  [0x2011bab0, 'exfat'],
  [0x4d44, 'vfat'],
  [0x5346544e, 'ntfs'],
  [0x7366746e, 'ntfs3'],
  [0x65735546, 'fuse'],
]);

export function nameOf(magic: number): string {
  return NAMES.get(magic) ?? `0x${magic.toString(16)}`;
}
