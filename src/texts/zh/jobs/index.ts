/** In Chinese: see `en/jobs/index.ts`. */
import { formatBytes, formatCount, formatSeconds } from '../../../lib/text/units.js';
import type { jobs as english } from '../../en/jobs/index.js';
import { api } from './api.js';
import { controls } from './controls.js';
import { plan } from './plan.js';
import { report } from './report.js';
import { sharedStatus } from './shared-status.js';
import { status } from './status.js';
import { shared, verify } from './verify.js';

const sizeOf = ({ wouldStore, bytes, unsized }: { wouldStore: number; bytes: number; unsized: number }): string => {
  if (unsized === 0) return formatBytes(bytes);
  return unsized === wouldStore ? '大小未知' : `${formatBytes(bytes)}，另有 ${formatCount(unsized)} 个大小未知`;
};

export const jobs: typeof english = {
  api,
  controls,
  plan,
  report,
  shared,
  sharedStatus,
  status,
  verify,

  interrupted: '已中断',
  destination: (source, places) => `${source} → ${places.join('、')}`,
  dryRun: (line) => `试运行，不下载也不写入任何东西：${line}`,
  dryRunSummary: ({ listed, wouldStore, bytes, unsized, present, gone, failed, seconds }) =>
    `试运行：${formatCount(listed)} 个对象中，${formatCount(wouldStore)} 个（${sizeOf({ wouldStore, bytes, unsized })}）会下载，${formatCount(present)} 个已存在` +
    `${gone > 0 ? `，${formatCount(gone)} 个已不存在` : ''}${failed > 0 ? `，${formatCount(failed)} 个会失败` : ''}；没有写入任何东西（${formatSeconds(seconds)}）`,
  archived: (classes, bytes) =>
    `其中 ${formatCount(classes.reduce((sum, [, count]) => sum + count, 0))} 个（${formatBytes(bytes)}）已归档（${classes.map(([name, count]) => `${name}：${formatCount(count)} 个`).join('，')}）：须先在存储端恢复，否则以 ERR_ARCHIVED 失败`,
  defect: (stack) => `Sluice 出现意外错误，请报告：${stack}`,
  counts: (listed, settled) =>
    `计数对不上（列出 ${formatCount(listed)} 个对象，完成 ${formatCount(settled)} 个），可能缺少一些对象；请重新运行同一条命令，并报告此问题`,
  stdout: (why) => `标准输出无法写入：${why}；请检查输出的去向`,
  missingBytes: (message, bytes) => `${message}。最多还有 ${formatBytes(bytes)} 没有保存`,

  noAnswer: ({ origin, option, kinds, seconds }) =>
    `${origin}（${option}，用于${kinds.join('和')}）已有 ${formatSeconds(seconds)} 没有回应`,
  failedAttempts: (count, last) => `；已失败 ${formatCount(count)} 次，最后一次：${last}`,
  noInput: (seconds) => `${formatSeconds(seconds)} 内标准输入没有收到任何 key；管道前面的命令还在工作吗？`,
  kinds: { listings: '列举', objects: '对象' },

  disk: {
    takesAgain: (root) => `${root} 又可以保存文件了`,
    full: (root, why) => `${root} 已满，不再保存文件：${why}`,
    out: (root, why) => `${root} 不再保存文件：${why}`,
    note: (root, text) => `${root}：${text}`,
    notFlushed: (why) => `${why}；最后保存到那里的文件断电时可能丢失，因此下一次运行会重新检查`,
    unsynced: (pages) =>
      `${formatCount(pages)} 个列表页的对象在无法同步的磁盘上，因此任务还没有完成：请修复磁盘，然后重新运行同一条命令`,
    away: (roots) =>
      `${roots.join('、')} 已不存在（被卸载或被删除），保存在那里的文件也不见了：请重新挂载，然后重新运行`,
    other: (root) => `${root} 不是这个任务保存文件的那块磁盘：请挂载原来的磁盘，或用 --restart 重新开始`,
    stateFull: (place, leftBytes) =>
      `${place} 所在的磁盘已满：Sluice 把任务的状态写进预留空间（还剩 ${formatBytes(leftBytes)}），并继续使用其他磁盘`,
  },

  stalled: ({ seconds, count, waits }) =>
    `停滞：已有 ${formatSeconds(seconds)} 没有任何进展（第 ${count} 次，满 3 次则结束运行）：${waits}`,
  waits: {
    noRequest: '没有正在进行的请求',
    requests: ({ count, what, phase, bytes, seconds }) =>
      `${formatCount(count)} 个请求正在进行，最早的是 ${what}（${phase}，已收到 ${formatBytes(bytes)}，已用 ${formatSeconds(seconds)}）`,
    idleDisk: (root) => `${root} 空闲`,
    busyDisk: ({ root, count, work, seconds }) =>
      `${root} 还有 ${formatCount(count)} 件工作，最早的是 ${work}，已用 ${formatSeconds(seconds)}`,
    silentSource: '数据源没有说明它在等什么',
    reconnecting: 'Sluice 重新建立所有连接',
  },
};
