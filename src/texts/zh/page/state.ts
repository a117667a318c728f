/** In Chinese: see `en/page/state.ts`. */
import { formatCount } from '../../../lib/text/units.js';
import type { state as english } from '../../en/page/state.js';

const objects = (count: number): string => `${formatCount(count)} 个对象`;

export const state: typeof english = {
  loading: '正在连接 Sluice',
  notBegun: 'Sluice 正在启动：运行还没有开始',
  done: (when) => `预计${when}完成`,
  about: (time) => `今天 ${time} 左右`,
  dayAbout: (day, time) => `${day} ${time} 左右`,
  onDay: (date) => ` ${date} `,
  tomorrow: '明天',
  inMinutes: (minutes) => (minutes <= 1 ? '约 1 分钟后' : `约 ${minutes} 分钟后`),
  sentence: (word, parts) => (parts.length === 0 ? word : `${word}：${parts.join('，')}`),
  word: (word) => word,
  rate: (amount) => `每秒 ${amount}`,
  objectRate: (count) => `每秒 ${count} 个对象`,
  filesFull: (duration) => `磁盘 ${duration}后写满，早于完成`,

  pausedSince: (since) => `自 ${since} 起已暂停`,
  paused: '已暂停',
  pausedWhy: (underway) =>
    underway === 0 ? '恢复之前不发出新请求' : `${formatCount(underway)} 个请求正在结束，不发出新请求`,
  ends: { finished: '已完成', interrupted: '已中断', failed: '因错误停止', killed: '被终止' },
  endsWhy: {
    interrupted: '现在没有进程在做这个任务；再次运行同一命令即可继续',
    failed: '现在没有进程在做这个任务；再次运行同一命令即可继续',
    killed: '没有运行结束的记录：被强制终止，或机器停机',
  },
  completeOf: (count, bytes) => `${objects(count)}，${bytes}`,
  completeOfObjects: objects,
  failed: (count) => `失败 ${objects(count)}`,
  different: (count) => `不同 ${objects(count)}`,

  live: '实时',
  lost: (since) => `从 ${since} 起与 Sluice 失去连接`,
  lostDetail: '页面显示最后已知的状态。Sluice 的运行不依赖这个页面。',
  lostEnded: (command) => `运行已结束，页面服务也随之结束。再次查看：${command}`,
  lastKnown: (sentence) => `最后已知：${sentence}`,
  retryIn: (seconds) => `${seconds} 秒后重新连接`,
  retrying: '正在连接',
  retryNow: '立即连接',
  ended: '已结束',
  wantsToken: 'Sluice 需要令牌',
  wantsTokenDetail: '请打开 Sluice 启动时打印的链接，或输入其中的令牌。',
  token: '令牌',
  enter: '确定',
};
