/** In Chinese: see `en/jobs/verify.ts`. */
import { formatCount } from '../../../lib/text/units.js';
import type { shared as englishShared, verify as englishVerify } from '../../en/jobs/verify.js';

export const verify: typeof englishVerify = {
  inUse: (pid, root) => `进程 ${pid} 正在向 ${root} 保存文件：它还没有保存的对象会报告为缺失或不同`,
  noExtra: '未能列出全部对象，因此 Sluice 不把任何本地文件报告为多余',
  folderChanged: (root) => `${root} 已不是原来的目录：磁盘被卸载，或目录被删除；请重新挂载，然后再次校验`,
  ended: '比较已结束',
  noTemp: (why) =>
    `没有空间存放 verify 在内存中放不下的数据（剩余空间最多的 DIR 的 .sluice/tmp，或 TMPDIR）：${why}；请在那里腾出空间`,
  nothing: (why) => `没有比较任何对象：${why}；如果这是预期的，请使用 --allow-empty`,
  filtersLeaveNothing: '过滤条件排除了列出的全部对象（请检查 --include 和 --exclude）',
  emptyInput: '输入中没有任何对象（请检查管道前面的命令）',
};

export const shared: typeof englishShared = {
  olderParts: (batches, job) =>
    `任务 ${job} 有 ${formatCount(batches)} 个批次由旧版 Sluice 完成，没有记录其中的对象：不在这里且没有记录的对象会报告为未校验（unverified）`,
  onlyShare: (roots) =>
    `${roots.join('、')} 只存有共享任务中一台机器的部分，因此其他机器的对象会报告为缺失。请使用 --queue URL（和 --job NAME）只比较这一部分，或用 --to 给出所有机器的目录`,
  noShare: (roots) =>
    `--queue：${roots.join('、')} 不属于任何共享任务；请给出其中一台机器保存文件的目录，或去掉 --queue`,
  noJob: (job) =>
    `队列中没有任务 ${job}，因此 Sluice 不知道哪台机器有哪个对象；请检查 --job，或去掉 --queue 并用 --to 给出所有机器的目录`,
  otherSource: (job, there, here) => `任务 ${job} 是另一个任务：它的 SOURCE 是 ${there}，这里给出的是 ${here}`,
  incomplete: (job) => `任务 ${job} 尚未完成：还没有机器完成、也不在这里的对象会报告为缺失`,
  noMachine: '该任务的所有机器都没有它',
  unrecorded: '它不在这里，而旧版 Sluice 没有记录哪台机器有它',
  secondCopy: (machine) => `第二份副本：机器 ${machine} 有这个对象`,
  share: (count, machine) => `${machine} 有 ${formatCount(count)} 个`,
  elsewhere: (count, job, machines) =>
    `任务 ${job} 有 ${formatCount(count)} 个对象在其他机器上（${machines.join('、')}）；请在那里校验`,
  severalJobs: (jobs) => `--job：未给出；队列中有多个任务：${jobs.join('、')}`,
};
