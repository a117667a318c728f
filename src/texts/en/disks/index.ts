/** Errors and messages about the destination: disks, names, and the files in .sluice. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { journal } from './journal.js';

/** What the error codes of the operating system mean. */
const system: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission',
  EBUSY: 'something else uses it',
  EDQUOT: 'the disk quota of this user is used up',
  EEXIST: 'something of that name is there already',
  EFBIG: 'the file is larger than the file system allows',
  EINVAL: 'the file system does not take this',
  EIO: 'the disk reports a read or write error and may be failing',
  EISDIR: 'it is a folder, not a file',
  ELOOP: 'the symbolic links lead in a circle',
  ENAMETOOLONG: 'the name or the path is too long',
  ENODEV: 'the disk is gone',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  ENOTEMPTY: 'the folder is not empty',
  ENXIO: 'the disk is gone',
  EPERM: 'the system forbids it, even to this user',
  EROFS: 'the file system is read-only',
  ESTALE: 'the network file system no longer knows this folder',
  EUCLEAN: 'the file system is damaged (check it with fsck)',
};

/** What to do after such an error of a folder that a run needs. */
const remedies: Readonly<Record<string, string>> = {
  EACCES: 'give this user the right to write there, or give another folder',
  EDQUOT: 'free some space or raise the quota, then run again',
  EIO: 'check the disk, or give another folder',
  ENOSPC: 'free some space, then run again',
  EPERM: 'give another folder, or check its attributes (lsattr)',
  EROFS: 'mount it for writing, or give another folder',
};

export const disks = {
  cause: (meaning: string, detail: string) => `${meaning} (${detail})`,
  remedy: (text: string) => `; ${text}`,
  system,
  remedies,
  journal,

  /** The body that arrived is not the promised one. */
  content: {
    size: (got: number, expected: number) =>
      `${formatCount(got)} bytes arrived, ${formatCount(expected)} were expected; nothing of it is stored`,
    digest: (kind: string, got: string, expected: string) =>
      `the ${kind} of the body is ${got}, the server says ${expected}; nothing of it is stored`,
    etag: (got: string, expected: string) =>
      `the MD5 of the body is ${got}, the input line says ${expected}: the object changed since it was listed; nothing of it is stored`,
  },

  /** The disk has no place for the key. */
  names: {
    refused: 'this disk does not take the name as it is; use --names escape',
    ownFolder: (folder: string) =>
      `on this disk the name means ${folder}/, which belongs to Sluice; use --names escape`,
    taken:
      'this disk takes the name for that of another file, of another object or not from Sluice; move that file away, or use --names escape',
    tooLong: 'the limit is 255 bytes for a name and 4,096 for a path; use --names escape, or rename the object',
    conflict: 'a file is where a folder must be, or a folder where a file must be; use --names escape, or move it away',
    linePart: 'the disk took only a part of a line',
    unwritable: (file: string, why: string) =>
      `${file} cannot be written: ${why}; Sluice records there which file belongs to which object, so it stores no more: free some space or repair the disk, then run again`,
  },

  /** One folder of the destination. */
  unusable: (why: string) => `the destination cannot be used: ${why}`,
  notSame: 'it is not the same folder any more (unmounted or deleted)',
  notMounted: (root: string) => `${root} is not mounted`,
  isLink: (path: string) => `${path} is a symbolic link and must be a folder; remove the link`,
  threadFailed: (root: string, why: string) =>
    `${root}: the thread that writes to this disk has failed (${why}); what is stored stays: run the same command again`,
  threadEnded: (root: string) =>
    `${root}: the thread that writes to this disk has ended; what is stored stays: run the same command again`,
  tooLarge: (bytes: number, limitBytes: number) =>
    `it has ${formatCount(bytes)} bytes, and such a file has at most ${formatCount(limitBytes)}`,
  unreadable: (path: string, why: string) => `${path} cannot be read: ${why}`,
  ownersUnreadable: (path: string, why: string) =>
    `${path} cannot be read: ${why}. This disk does not tell upper case from lower case, and only that file says which object owns which file: repair the disk, then run again`,
  unsynced: (root: string, why: string) => `${root} could not be synced: ${why}`,
  syncFailedBefore: 'a sync of an earlier run failed, so the disk may have lost files',
  syncExit: (code: number | null) => `sync ended with exit code ${code}`,

  /** Free space, and what refuses a file. */
  space: {
    unknown: 'its free space is not known',
    inodes: (free: number) => `only ${formatCount(free)} inodes are free, so it can take no more files`,
    free: ({
      freeBytes,
      promisedBytes,
      reserveBytes,
    }: {
      freeBytes: number;
      promisedBytes: number;
      reserveBytes: number;
    }) =>
      `${formatBytes(freeBytes)} free${promisedBytes > 0 ? ` (${formatBytes(promisedBytes)} of it promised to objects on their way)` : ''}, of which Sluice keeps ${formatBytes(reserveBytes)} (--reserve)`,
    folderFull:
      'although it has space and inodes: the index of the folder may be full (ext4 takes about 10 million names in one folder)',
    tooLarge: (bytes: number, spaces: readonly string[]) =>
      `no disk has space for its ${formatBytes(bytes)} (${spaces.join('; ')}); smaller objects still fit: free some space, then fetch it again`,
    endless: (bytes: number, space: string) =>
      `the server gave no size, and after ${formatBytes(bytes)} the disk has no space for more (${space}); nothing of it is stored`,
    tooLittle: (bytes: number, space: string) => `too little for this object of ${formatBytes(bytes)}: ${space}`,
    none: (disks: readonly string[]) =>
      `no disk takes more files: ${disks.join('; ')}. Free some space or repair the disk, then run the same command again: it skips what is stored`,
  },

  /** Why a disk takes no files, or records less. */
  state: {
    silent: 'its files cannot be looked up: the disk was unmounted, deleted, or is broken',
    frozen:
      'its file system is mounted read-only. Its files still count, and the next run uses it again once it is writable',
    digestsLost: (why: string) =>
      `the MD5s of new files are not recorded from now on (${why}); the files are stored, but verify --checksum can compare less`,
    noSync: 'this system has no `sync -f`, so Sluice syncs each file on its own, which is slower (--durability file)',
  },

  /** `.sluice/volume.json`, which says what folders belong together. */
  marker: {
    unreadable: (path: string, why: string) =>
      `${path} cannot be read: ${why}; repair the disk, or remove that file if the folder is no part of a copy any more`,
    invalid: 'it does not describe a folder of a copy',
    missing: (root: string, missing: string, all: readonly string[]) =>
      `${root} holds one part of a copy, and ${missing} holds another and is missing from --to; give all of them: ${all.map((path) => `--to ${path}`).join(' ')}`,
    unmounted: (root: string) =>
      `${root} belongs to this copy but is empty: is the disk not mounted? Sluice would fetch what lies on it a second time. (If it is lost for good: remove .sluice/volume.json and .sluice/journal on the others.)`,
    first: (root: string) =>
      `give --to ${root} first: the state of the copy lies there; the other folders come after it`,
  },

  /** A file in `.sluice` is of the wrong kind. */
  kinds: {
    none: 'missing',
    file: 'a file',
    folder: 'a folder',
    link: 'a symbolic link',
    other: 'a pipe, socket or device',
  },
  fileOrFolder: 'a file or a folder',
  misplaced: (path: string, kind: string, expected: string) =>
    `the destination cannot be used: ${path} is ${kind} and must be ${expected}; move it away`,

  /** A Sink of a program. */
  own: {
    missing: (names: readonly string[]) =>
      `to: a Sink needs the methods has, put, flush and close; missing: ${names.join(', ')}`,
    roots: 'to: the roots of a Sink must be the names of its places, at least one',
    broken: (what: string) => `${what}: it breaks the contract of a Sink`,
    notRead: (key: string) => `the sink did not read ${JSON.stringify(key)} to its end`,
    putPlace: (key: string, place: unknown, last: number) =>
      `the sink put ${JSON.stringify(key)} at place ${place}, but its places are 0 to ${last}`,
    hasPlace: (key: string, place: unknown, last: number) =>
      `the sink has ${JSON.stringify(key)} at place ${place}, but its places are 0 to ${last}`,
    answers: (given: number | undefined, asked: number) => `the sink gave ${given} answers to ${asked} queries`,
    notTaken: (why: string) => `the sink did not take it: ${why}`,
    onlyPlaceFull: (root: string, why: string) => `${root} takes no more, and the sink has no other place: ${why}`,
    noAnswer: (why: string) => `the sink cannot tell what it has: ${why}`,
    notFlushed: (why: string) => `what the sink took is not durable: ${why}`,
    notClosed: (why: string) => `the sink could not be closed: ${why}`,
  },
};
