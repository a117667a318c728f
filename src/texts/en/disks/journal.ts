/** Errors and messages about the journal of a job and its lock. */
import { formatCount } from '../../../lib/text/units.js';

export const journal = {
  unwritable: (path: string, why: string) =>
    `the journal ${path} cannot be written: ${why}; free some space or repair the disk, then run the same command again`,
  unreadable: (path: string, why: string) =>
    `the journal ${path} cannot be read: ${why}; check its permissions and the disk`,
  /** Damage costs a repetition, never an object. */
  previousUsed: (path: string) =>
    `${path}: its beginning is damaged, so Sluice uses the file before it; nothing is lost`,
  lost: (path: string) =>
    `${path} is damaged and cannot be used: the listing begins again, and what is stored is skipped`,
  damaged: (path: string, places: number) =>
    `${path}: ${formatCount(places)} damaged ${places === 1 ? 'place' : 'places'}; Sluice lists the folders in ${places === 1 ? 'it' : 'them'} again, and skips what is stored`,
  tooManyFolders: (limit: number, folder: string) =>
    `more than ${formatCount(limit)} folders wait to be listed, the last of them in ${JSON.stringify(folder)}: they do not fit into memory. Copy the bucket in parts, by SOURCE/prefix or --include`,
  unsyncedPages: (pages: number) =>
    `${formatCount(pages)} listed pages have objects on disks that cannot be synced, so a power cut may lose them: repair the disk, then run the same command again`,

  inUse: (what: string, holder: string) => `${what} is in use by ${holder}; wait for it, or stop it`,
  otherProcess: 'another process',
  holder: (pid: number, command: string, startedAt: string) => `process ${pid} (${command}, started ${startedAt})`,
  foreignLock: (path: string) =>
    `${path} is a file of another program, so Sluice cannot lock the folder; move the file away, or use another folder`,
};
