/** What a run finds before it begins: the folders, the job that is kept there, the limits of the machine. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';

export const plan = {
  /** `--to /disk1: …` */
  about: (option: string, path: string, why: string) => `${option} ${path}: ${why}`,
  givenTwice: 'is given twice; each disk needs a folder of its own',
  liesIn: (other: string) => `lies in ${other}, which is also given; each disk needs a folder of its own`,
  noFolder: 'there is no such folder',
  notFolder: 'this is not a folder',
  otherNotFolder: (path: string) => `${path} is not a folder`,
  isFolder: 'this is a folder; give a file',
  kernel: (path: string) => `${path} belongs to the kernel and is no disk; give a folder on a disk`,
  noPermission: (path: string, code: string) =>
    `this user may not write in ${path} (${code}); change its owner or rights, or give another folder`,
  readOnly: (path: string) =>
    `the file system of ${path} is read-only (EROFS); mount it for writing, or give another folder`,
  refused: (path: string, code: string) => `${path} cannot be written (${code})`,

  notGiven: 'not given',
  was: (name: string, before: string, now: string) => `${name} was ${before} and is now ${now}`,

  /** The folder or the state file belongs to another job. */
  otherCopy: ({ root, differences, way }: { root: string; differences: readonly string[]; way: string }) =>
    `${root} holds another copy: ${differences.join('; ')}; objects of both would lie there under the same keys: give another --to, ${way} (files that are stored stay)`,
  restart: 'or --restart to store both here',
  restartShared: (source: string, root: string) =>
    `or run \`sluice fetch --from ${source} --to ${root} --restart < /dev/null\` once to store both here`,
  dryRunRefused: (why: string) => `without --dry-run Sluice refuses this: ${why}`,
  otherJob: ({
    path,
    differences,
    isAboutDisks,
  }: {
    path: string;
    differences: readonly string[];
    isAboutDisks: boolean;
  }) =>
    `an unfinished job with other options is kept in ${path}: ${differences.join('; ')}; give the options of that job${isAboutDisks ? ' (you may add disks with more --to; keep the others)' : ''}, or start again with --restart (files that are stored stay)`,
  otherListing: ({ path, before, now }: { path: string; before: string; now: string }) =>
    `--state ${path} belongs to another listing: SOURCE was ${before} and is now ${now}; give another --state, or start again with --restart`,
  foreignState: (path: string) => `--state: ${path} was not written by Sluice; name a file that does not exist yet`,
  keepsOther: (root: string, state: string) =>
    `--to ${root}: this folder keeps another copy and cannot become a part of this one; finish that copy, or move ${state} away to make its files a part of this one`,
  added: (roots: readonly string[]) =>
    `${roots.join(', ')} ${roots.length === 1 ? 'is' : 'are'} new in this job; Sluice stores there, too, from now on`,
  leftOut: (roots: readonly string[]) =>
    `${roots.join(', ')} ${roots.length === 1 ? 'is full and holds' : 'are full and hold'} nothing of this copy: this run leaves ${roots.length === 1 ? 'it' : 'them'} out`,
  resuming: ({
    begun,
    run,
    done,
    found,
    pages,
    pageObjects,
    isListed,
  }: {
    begun: string;
    run: number;
    done: number;
    found: number;
    pages: number;
    pageObjects: number;
    isListed: boolean;
  }) =>
    `resuming the job of ${begun}, run ${formatCount(run)}: ${formatCount(done)} of the ${formatCount(found)} objects found so far are done; ` +
    (pages === 0
      ? 'no page is listed again'
      : `${formatCount(pages)} ${pages === 1 ? 'page' : 'pages'} (about ${formatCount(pageObjects)} objects) ${pages === 1 ? 'is' : 'are'} listed again, and what is stored of ${pages === 1 ? 'it' : 'them'} is skipped`) +
    (isListed ? '; everything else is listed' : ''),

  /** Limits of the machine. */
  connections: (option: string, value: number, max: number) =>
    `${option}: ${formatCount(value)} is more than --max-connections (${formatCount(max)}); lower one or raise the other`,
  inodes: ({ root, files, bytes, meanBytes }: { root: string; files: number; bytes: number; meanBytes: number }) =>
    `${root} has ${formatBytes(bytes)} free, but only ${formatCount(files)} free inodes, one for each file: with objects of less than ${formatBytes(meanBytes)} on average it takes no more files before it is full`,
  openFiles: (limit: number, needed: number) =>
    `this process may open ${formatCount(limit)} files, and may need up to ${formatCount(needed)}: raise the limit (ulimit -n), or lower --max-connections`,
  largeFolder: (folder: string, names: number, roots: readonly string[]) =>
    `the folder ${JSON.stringify(folder)} has more than ${formatCount(names)} names, and ext4 may refuse further ones in one folder ("No space left"): format ${roots.join(', ')} with the feature large_dir, or use another file system`,

  /** Where a job is kept. */
  keptElsewhere: (folder: string, first: string) =>
    `the job of ${folder} is kept in ${first}, which is not there: is its disk not mounted?`,
  noJobThere: (path: string) => `no job is kept in ${path}, which is not there`,
  noRunWorks: 'no run works on this job now',
  noJob: (path: string) => `no job is kept in ${path}`,
  noJobButShare: (path: string) =>
    `no job is kept in ${path}; it holds one machine's share of a shared job: see \`sluice status --queue URL\``,
  nothingThere: 'nothing of the job is there: is the disk not mounted?',
  damagedMarker: (path: string) => `${path} is damaged: it does not say which folders belong together`,
  unwritable: (path: string, why: string) =>
    `${path} cannot be written: ${why}; free some space or repair the disk, then run again`,
};
