/** What a comparison says, and what a job that several machines share says in the folder of one of them. */
import { formatCount } from '../../../lib/text/units.js';

export const verify = {
  inUse: (pid: number, root: string) =>
    `process ${pid} is storing into ${root} now: objects that it has not stored yet are reported as missing or different`,
  noExtra: 'not everything could be listed, so Sluice reports no local file as extra',
  folderChanged: (root: string) =>
    `${root} is not the same folder any more (unmounted or deleted); mount it again, then verify again`,
  ended: 'the comparison has ended',
  noTemp: (why: string) =>
    `there is no space for what verify cannot keep in memory (.sluice/tmp of the DIR with most free space, or TMPDIR): ${why}; free some space there`,
  nothing: (why: string) => `nothing was compared: ${why}; if that is expected, give --allow-empty`,
  filtersLeaveNothing: 'the filters leave out everything that was listed (check --include and --exclude)',
  emptyInput: 'the input names no object (check what is piped in)',
};

export const shared = {
  olderParts: (batches: number, job: string) =>
    `an older version of Sluice finished ${formatCount(batches)} batches of the job ${job} and did not record their objects: what is not here and not recorded is reported as unverified`,
  onlyShare: (roots: readonly string[]) =>
    `${roots.join(', ')} holds one machine's share of a shared job, so the objects of the other machines are reported as missing. Give --queue URL (and --job NAME) to compare only this share, or give the folders of all machines with --to`,
  noShare: (roots: readonly string[]) =>
    `--queue: ${roots.join(', ')} has no share in a shared job; give the folder that one of its machines stores into, or leave --queue out`,
  noJob: (job: string) =>
    `the queue has no job ${job}, so Sluice does not know which machine has which object; check --job, or leave --queue out and give the folders of all machines with --to`,
  otherSource: (job: string, there: string, here: string) =>
    `the job ${job} is another one: its SOURCE is ${there}, yours is ${here}`,
  incomplete: (job: string) =>
    `the job ${job} is not complete: objects that no machine has finished yet, and that are not here, are reported as missing`,
  noMachine: 'no machine of the job has it',
  unrecorded: 'it is not here, and an older version of Sluice did not record which machine has it',
  secondCopy: (machine: string) => `a second copy: the machine ${machine} has this object`,
  share: (count: number, machine: string) => `${formatCount(count)} ${machine}`,
  elsewhere: (count: number, job: string, machines: readonly string[]) =>
    `${formatCount(count)} objects of the job ${job} are on other machines (${machines.join(', ')}); verify them there`,
  severalJobs: (jobs: readonly string[]) => `--job: missing; the queue has several jobs: ${jobs.join(', ')}`,
};
