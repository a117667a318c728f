/** What the doctor finds about the destination, and what to do. */

export interface SpaceValues {
  usable: string;
  left: string;
  disks: number;
}

export const doctorDisks = {
  join: ', ',
  writable: (root: string, scratch: string) =>
    `${root}: Sluice can store there (tried with small files in ${scratch}, which are removed again)`,
  creatable: (root: string, base: string, scratch: string) =>
    `${root}: there is no such folder yet, and Sluice can make it in ${base} (tried with small files in ${scratch}, which are removed again)`,
  refused: {
    'not-folder': (root: string, base: string, _why: string) =>
      `${root}: nothing can be stored there, because ${base} is not a folder`,
    kernel: (root: string, base: string, _why: string) =>
      `${root}: nothing can be stored there, because ${base} belongs to the kernel and is no disk`,
    'read-only': (root: string, base: string, _why: string) =>
      `${root}: nothing can be stored there, because the file system of ${base} is mounted read-only`,
    'no-permission': (root: string, base: string, _why: string) =>
      `${root}: nothing can be stored there, because this user has no permission to write in ${base}`,
    'no-space': (root: string, base: string, _why: string) =>
      `${root}: not even a small file can be stored there, because the disk of ${base} is full, or a quota is used up`,
    unusable: (root: string, _base: string, why: string) => `${root}: nothing can be stored there (${why})`,
  },
  refusedAdvice: {
    'not-folder': 'give another --to, or move that file away',
    kernel: 'give a folder on a disk',
    'read-only':
      'mount it again for writing (mount -o remount,rw); if the system made it read-only, the disk may be failing: see dmesg',
    'no-permission': 'change the owner or the permissions of that folder, or run Sluice as its owner',
    'no-space': 'free some space or inodes, or give another --to',
    unusable: 'check that the disk is mounted and healthy (dmesg)',
  },
  frozen: 'the files of the copy that lie there still count',
  noAnswer: {
    sync: (root: string, seconds: number) => `${root}: flushing the whole disk took more than ${seconds} s`,
    other: (root: string, seconds: number) => `${root}: the disk has not answered within ${seconds} s`,
  },
  noAnswerAdvice: (scratch: string | undefined) =>
    `a copy would hang there, too: check the disk, or the server of a network mount (dmesg)${scratch === undefined ? '' : `; when it answers again, remove ${scratch} if it is still there`}`,

  hasCopy: (root: string, done: string) => `${root}: a copy lies there and can go on (${done} of SOURCE are done)`,
  locked: (root: string, pid: number, command: string) => `${root}: ${command} is running there (process ${pid})`,
  lockedAdvice: 'wait for it or stop it before another copy into this folder: two at a time are refused',

  type: (root: string, type: string, meaning: string) => `${root}: file system ${type}: ${meaning}`,
  kinds: {
    ext: 'good for a copy; one folder may get full at some 10 million names unless it has the feature large_dir',
    disk: 'good for a copy',
    memory: 'it lies in the memory of this machine',
    layer: 'it is the layer of a container',
    network: 'on the network; each file takes several round trips, and what survives a power cut is up to its server',
    foreign: 'made for other systems; names and times may be limited (see the lines below), and small files are slow',
    program: 'a program of its own serves it (FUSE); how fast and how safe it is depends on that program',
    unknown: 'Sluice knows nothing special about it',
  },
  typeAdvice: {
    memory: 'all files are gone after a restart of this machine, and they use its memory: give a folder on a disk',
    layer: 'all files are gone with the container: give a volume or a mounted folder of the host',
  },
  free: (root: string, free: string, total: string, files: string | undefined) =>
    `${root}: ${free} of ${total} are free${files === undefined ? '; this file system does not limit the number of files' : `, for at most ${files} more files (free inodes)`}`,
  full: (message: string) => `${message}: nothing is left beyond what stays reserved (--reserve, and 1% of the inodes)`,
  fullAdvice: 'free some space, lower --reserve, or add another --to',

  plainNames: (root: string, bytes: number) =>
    `${root}: names stay as they are: upper and lower case differ, all characters are kept, up to ${bytes} bytes`,
  oddNames: (root: string, what: string) => `${root}: this disk changes or refuses some names: ${what}`,
  folds: 'it takes upper and lower case for the same',
  refuses: 'it refuses some characters',
  reserved: 'it refuses some whole names',
  shortNames: (bytes: number) => `names have at most ${bytes} bytes`,
  oddNamesAdvice:
    'such objects are stored under other names, listed in .sluice/names.ndjson; to keep all names use a disk with ext4 or xfs',
  times: (root: string, stepMs: number, until: number | undefined) => {
    const step = stepMs === 1 ? 'to the millisecond' : stepMs < 1000 ? `to ${stepMs} ms` : `to ${stepMs / 1000} s`;
    return `${root}: times of files are kept ${step}${until === undefined ? '' : `, up to the year ${until}`}; Sluice compares them at that precision`;
  },
  timesAdvice: 'newer objects get a wrong time there: use another file system',
  sync: (root: string, fileMs: string, diskMs: string) =>
    `${root}: flushing a small file takes ${fileMs} ms, and flushing the whole disk ${diskMs} ms`,
  slowSync:
    'this is slow: keep --durability barrier (not file); while other programs write much to this disk, a copy waits for them',
  noSyncfs: (root: string, fileMs: string, why: string) =>
    `${root}: flushing a small file takes ${fileMs} ms; the whole disk cannot be flushed at once (${why})`,
  noSyncfsAdvice: 'a copy then flushes each file, which is slower: install coreutils 8.24 or newer (sync -f)',

  sameDevice: (roots: string) => `${roots} lie on the same device: they share its space and its speed`,
  sameDeviceAdvice: 'give one folder for each disk; are all disks mounted?',
  enough: ({ usable, left, disks }: SpaceValues) =>
    `${disks === 1 ? 'the disk has' : `the ${disks} disks have`} space for the copy: ${usable} can be used, ${left} of SOURCE are left`,
  tooSmall: ({ usable, left, disks }: SpaceValues) =>
    `${disks === 1 ? 'the disk is' : `the ${disks} disks together are`} too small: ${usable} can be used, ${left} of SOURCE are left`,
  tooSmallAdvice: 'add another --to, free some space, or copy a part (SOURCE/prefix, --include)',
  fewInodes: (objects: string, files: string) =>
    `the copy needs about ${objects} files, and the disks can take only ${files} more (free inodes)`,
  fewInodesAdvice: 'add another --to, or make the file system with more inodes (mkfs.ext4 -i 16384)',
};
