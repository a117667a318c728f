/** In Chinese: see `en/progress-screen.ts`. */
import { formatCount } from '../../lib/text/units.js';
import type { screen as english } from '../en/progress-screen.js';

export const screen: typeof english = {
  objects: '对象',
  listed: '已列',
  compared: '已比较',
  bytes: '字节',
  eta: '预计',
  health: '状态',
  soFar: '累计',
  run: (run, elapsed) => (run === undefined ? `已用 ${elapsed}` : `第 ${formatCount(run)} 次运行，已用 ${elapsed}`),
  of: (done, total) => `${done} / ${total}`,
  rate: (amount) => `${amount}/s`,
  roughly: (count) => {
    if (count < 1e4) return formatCount(count);
    return count < 1e8 ? `${(count / 1e4).toFixed(1)} 万` : `${(count / 1e8).toFixed(2)} 亿`;
  },
  at: (time, duration) => `${time}（还需 ${duration}）`,
  done: '完成',
  soon: (duration) => `还需 ${duration}`,
  listing: (found, isDone) => `列目录：已找到 ${formatCount(found)}，${isDone ? '已完成' : '进行中'}`,
  input: (found, isDone) => `输入：${formatCount(found)} 行，${isDone ? '已读完' : '未结束'}`,
  disksFull: (duration) => `磁盘 ${duration}后写满`,
  retries: (count) => `重试 ${formatCount(count)}`,
  failed: (count) => `失败 ${formatCount(count)}`,
  different: (count) => `不同 ${formatCount(count)}`,
  gone: (count) => `已不存在 ${formatCount(count)}`,
  throttled: (duration) => `被限流 ${duration}`,
  noTrouble: '没有重试，没有失败',
  free: (disk, bytes) => `${disk === '' ? '' : `${disk} `}剩余 ${bytes}`,
  full: (disk) => `${disk === '' ? '磁盘' : disk} 已满`,
  broken: (disk) => `${disk === '' ? '磁盘' : disk} 有故障`,
  notShown: (count) => `有 ${formatCount(count)} 条消息没有显示：终端没有接收`,
};
