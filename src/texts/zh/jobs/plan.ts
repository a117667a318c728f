/** In Chinese: see `en/jobs/plan.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { plan as english } from '../../en/jobs/plan.js';

export const plan: typeof english = {
  about: (option, path, why) => `${option} ${path}：${why}`,
  givenTwice: '给出了两次；每块磁盘需要一个自己的目录',
  liesIn: (other) => `位于同时给出的 ${other} 之内；每块磁盘需要一个自己的目录`,
  noFolder: '没有这个目录',
  notFolder: '这不是目录',
  otherNotFolder: (path) => `${path} 不是目录`,
  isFolder: '这是目录；请给出一个文件',
  kernel: (path) => `${path} 属于内核，不是磁盘；请给出磁盘上的目录`,
  noPermission: (path, code) => `当前用户不能写 ${path}（${code}）；请修改它的所有者或权限，或换一个目录`,
  readOnly: (path) => `${path} 的文件系统是只读的（EROFS）；请以可写方式挂载，或换一个目录`,
  refused: (path, code) => `${path} 无法写入（${code}）`,

  notGiven: '未给出',
  was: (name, before, now) => `${name} 原来是 ${before}，现在是 ${now}`,

  otherCopy: ({ root, differences, way }) =>
    `${root} 存有另一个副本：${differences.join('；')}。两者的对象会以相同的 key 混在一起：请换一个 --to，${way}（已保存的文件保留）`,
  restart: '或用 --restart 把两者都存在这里',
  restartShared: (source, root) =>
    `或运行一次 \`sluice fetch --from ${source} --to ${root} --restart < /dev/null\`，把两者都存在这里`,
  dryRunRefused: (why) => `没有 --dry-run 时 Sluice 会拒绝：${why}`,
  otherJob: ({ path, differences, isAboutDisks }) =>
    `${path} 中有一个未完成的任务，它的选项不同：${differences.join('；')}。请给出那个任务的选项${isAboutDisks ? '（可以用更多的 --to 增加磁盘；其他磁盘请保留）' : ''}，或用 --restart 重新开始（已保存的文件保留）`,
  otherListing: ({ path, before, now }) =>
    `--state ${path} 属于另一次列举：SOURCE 原来是 ${before}，现在是 ${now}；请换一个 --state，或用 --restart 重新开始`,
  foreignState: (path) => `--state：${path} 不是 Sluice 写的；请给出一个还不存在的文件`,
  keepsOther: (root, state) =>
    `--to ${root}：这个目录存有另一个副本，不能成为本副本的一部分；请先完成那个副本，或移走 ${state}，使其中的文件成为本副本的一部分`,
  added: (roots) => `${roots.join('、')} 是这个任务中新增的；从现在起 Sluice 也会保存到那里`,
  leftOut: (roots) => `${roots.join('、')} 已满，且不含本副本的任何文件：本次运行不使用它`,
  resuming: ({ begun, run, done, found, pages, pageObjects, isListed }) =>
    `继续 ${begun} 开始的任务，第 ${formatCount(run)} 次运行：目前找到的 ${formatCount(found)} 个对象中，已完成 ${formatCount(done)} 个；` +
    (pages === 0
      ? '没有需要重新列举的页'
      : `${formatCount(pages)} 页（约 ${formatCount(pageObjects)} 个对象）会重新列举，其中已保存的会跳过`) +
    (isListed ? '；其余部分已全部列出' : ''),

  connections: (option, value, max) =>
    `${option}：${formatCount(value)} 大于 --max-connections（${formatCount(max)}）；请调低前者或调高后者`,
  inodes: ({ root, files, bytes, meanBytes }) =>
    `${root} 剩余 ${formatBytes(bytes)}，但只有 ${formatCount(files)} 个空闲 inode，而每个文件需要一个：如果对象平均小于 ${formatBytes(meanBytes)}，磁盘未满就无法再保存文件`,
  openFiles: (limit, needed) =>
    `本进程可以打开 ${formatCount(limit)} 个文件，最多可能需要 ${formatCount(needed)} 个：请提高上限（ulimit -n），或调低 --max-connections`,
  largeFolder: (folder, names, roots) =>
    `目录 ${JSON.stringify(folder)} 的名称超过 ${formatCount(names)} 个，ext4 可能拒绝在一个目录中再增加（“No space left”）：请用 large_dir 特性格式化 ${roots.join('、')}，或换用其他文件系统`,

  keptElsewhere: (folder, first) => `${folder} 的任务保存在 ${first}，但它不存在：磁盘没有挂载？`,
  noJobThere: (path) => `${path} 不存在，因此其中没有任务`,
  noRunWorks: '现在没有运行在处理这个任务',
  noJob: (path) => `${path} 中没有任务`,
  noJobButShare: (path) => `${path} 中没有任务；它存有一个共享任务中一台机器的部分：请看 \`sluice status --queue URL\``,
  nothingThere: '那里没有这个任务的任何文件：磁盘没有挂载？',
  damagedMarker: (path) => `${path} 已损坏：无法得知哪些目录属于同一个副本`,
  unwritable: (path, why) => `${path} 无法写入：${why}；请腾出空间或修复磁盘，然后重新运行`,
};
