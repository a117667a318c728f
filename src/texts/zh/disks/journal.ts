/** In Chinese: see `en/disks/journal.ts`. */
import { formatCount } from '../../../lib/text/units.js';
import type { journal as english } from '../../en/disks/journal.js';

export const journal: typeof english = {
  unwritable: (path, why) => `任务日志 ${path} 无法写入：${why}；请腾出空间或修复磁盘，然后重新运行同一条命令`,
  unreadable: (path, why) => `任务日志 ${path} 无法读取：${why}；请检查它的权限和磁盘`,
  previousUsed: (path) => `${path}：开头部分已损坏，Sluice 改用它之前的文件；没有丢失任何东西`,
  lost: (path) => `${path} 已损坏，无法使用：列举从头开始，已保存的文件会跳过`,
  damaged: (path, places) =>
    `${path}：有 ${formatCount(places)} 处损坏；Sluice 会重新列举其中的目录，已保存的文件会跳过`,
  tooManyFolders: (limit, folder) =>
    `等待列举的目录超过 ${formatCount(limit)} 个，最后一个在 ${JSON.stringify(folder)} 中：内存放不下。请用 SOURCE/前缀 或 --include 分批复制`,
  unsyncedPages: (pages) =>
    `${formatCount(pages)} 个列表页的对象在无法同步的磁盘上，断电时可能丢失：请修复磁盘，然后重新运行同一条命令`,

  inUse: (what, holder) => `${what} 正被${holder}使用；请等它结束，或停止它`,
  otherProcess: '另一个进程',
  holder: (pid, command, startedAt) => `进程 ${pid}（${command}，启动于 ${startedAt}）`,
  foreignLock: (path) => `${path} 是其他程序的文件，因此 Sluice 无法锁定该目录；请把这个文件移走，或换一个目录`,
};
