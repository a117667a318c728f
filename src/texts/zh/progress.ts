/** In Chinese: see `en/progress.ts`. */
import { formatBytes, formatCount } from '../../lib/text/units.js';
import type { progress as english, HealthValues } from '../en/progress.js';
import { screen } from './progress-screen.js';

/** 12 → `12 秒`, 125 → `2 分 5 秒`. */
function duration(seconds: number): string {
  if (seconds < 59.5) return `${Math.ceil(seconds)} 秒`;
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), '天'],
    [Math.floor(whole / 3_600) % 24, '小时'],
    [Math.floor(whole / 60) % 60, '分'],
    [whole % 60, '秒'],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown.map(([value, unit]) => `${value} ${unit}`).join(' ');
}

const atOnce = ({ requests }: HealthValues): string =>
  requests === undefined ? '' : `；同时 ${formatCount(requests)} 个请求`;

const answerOf = ({ answer }: HealthValues): string => (answer === undefined ? '' : `（${answer}）`);

const whose = ({ of }: HealthValues): string =>
  of === undefined ? '' : of === 'listings' ? '，只影响列目录' : '，只影响下载对象';

const resuming = ({ secondsLeft }: HealthValues): string =>
  secondsLeft === undefined ? '' : `，${duration(secondsLeft)}后继续`;

const share = ({ isShared }: HealthValues): string => (isShared ? '，这是所有机器的限额中本机的一份' : '');

export const progress: typeof english = {
  screen,
  duration,
  weekdays: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  healthWords: {
    starting: '启动中',
    healthy: '正常',
    throttled: '被限流',
    banned: '被封禁',
    unreachable: '无法连接',
    'waiting-disk': '等待',
    'waiting-queue': '等待',
    'waiting-input': '等待',
    retrying: '重试中',
    stalled: '停滞',
    limited: '受限',
    paused: '已暂停',
    finishing: '收尾中',
    interrupted: '已中断',
  },
  hosts: {
    unreachable: ({ hosts, count, name, since }) =>
      `；${formatCount(hosts)} 台主机中 ${formatCount(count)} 台无法访问（${name}，自 ${since} 起）`,
    throttled: (hosts, count) => `；${formatCount(hosts)} 台主机中 ${formatCount(count)} 台被限流`,
  },
  health: {
    opening: () => '：正在打开目录和状态文件',
    'no-answer-yet': ({ since }) => `：从 ${since} 起，服务器还没有响应`,
    working: atOnce,
    listing: () => '；列目录比复制慢',
    'listing-only': atOnce,
    server: (values) => `；速度取决于服务器${atOnce(values)}`,
    memory: () => '；速度取决于 --buffer：内存已用满',
    processor: () => '；速度取决于本机处理器',
    paused: (values) => `：服务器要求放慢${answerOf(values)}${whose(values)}${resuming(values)}${atOnce(values)}`,
    'fewer-requests': (values) => `：服务器要求放慢${answerOf(values)}${whose(values)}${atOnce(values)}`,
    directories: (values) =>
      `：服务器要求放慢${answerOf(values)}，涉及 ${formatCount(values.directories)} 个目录；其他目录继续`,
    bandwidth: (values) => `：服务器嫌流量太大${answerOf(values)}，降到 ${formatBytes(values.perSecond)}/s`,
    banned: (values) => `：服务器拒绝所有请求${answerOf(values)}${whose(values)}${resuming(values)}`,
    'no-answer': (values) => `：从 ${values.since} 起，服务器没有响应${whose(values)}；Sluice 会继续尝试`,
    slow: () => '磁盘：磁盘比网络慢',
    'not-answering': ({ volume, secondsPast }) => ` ${volume}：已有 ${duration(secondsPast)}没有响应`,
    'all-full': ({ hasOthers }) => (hasOthers ? '空间：本机磁盘已满；其他机器继续' : '空间：所有磁盘已满'),
    away: ({ since }) => `队列：从 ${since} 起没有响应`,
    'other-machines': () => '任务：剩下的在其他机器上',
    'no-input': () => '输入：暂时没有新的行',
    hosts: () => '：剩下的对象所在的主机没有响应',
    backoff: ({ waiting }) => `：${formatCount(waiting)} 个对象等待下一次尝试`,
    silence: ({ secondsPast }) => `：已有 ${duration(secondsPast)}没有任何进展`,
    'limit-bytes': (values) => `：--bwlimit 限为 ${formatBytes(values.perSecond)}/s${share(values)}`,
    'limit-objects': (values) => `：--rate 限为每秒 ${formatCount(values.perSecond)} 个对象${share(values)}`,
    'limit-listings': (values) => `：--list-rate 限为每秒 ${formatCount(values.perSecond)} 页${share(values)}`,
    'open-files': (values) => `：无法打开更多文件（ulimit -n）${resuming(values)}`,
    'by-user': ({ since }) => `：用户从 ${since} 起暂停了任务；继续之前不会开始新的请求`,
    flush: () => '：正在把已写入的内容落盘',
    'in-flight': () => '：先完成进行中的请求',
  },
  line: {
    unreachable: (since) => `从 ${since} 起无法连接服务器；`,
    found: (count) => `已找到 ${formatCount(count)} 个对象`,
    finding: (count, perSecond) => `目前找到 ${formatCount(count)} 个对象，每秒 ${formatCount(perSecond)} 个`,
    left: (seconds) => `还需 ${duration(seconds)}`,
    disksFull: (seconds) => `磁盘 ${duration(seconds)}后写满`,
    done: (count) => `已完成 ${formatCount(count)}`,
    failed: (count) => `失败 ${formatCount(count)}`,
    pace: (files, bytes) => `每秒 ${formatCount(files)} 个文件，${formatBytes(bytes)}/s`,
    between: '，',
    half: '；',
  },
  snapshot: {
    at: (time) => `${time} 的快照`,
    rates: ({ files, bytes, requests, oldestSeconds: seconds }) =>
      `每秒 ${formatCount(files)} 个文件，${formatBytes(bytes)}/s；` +
      `${formatCount(requests)} 个请求进行中${seconds === undefined ? '' : `，最早的已用 ${duration(seconds)}`}`,
  },
};
