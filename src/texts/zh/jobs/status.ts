/** In Chinese: see `en/jobs/status.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { status as english } from '../../en/jobs/status.js';
import { lasting } from '../run/summary.js';

const objects = (count: number): string => `${formatCount(count)} 个对象`;

export const status: typeof english = {
  rows: {
    problem: '问题',
    state: '任务状态',
    job: '任务',
    source: '来源',
    filters: '筛选',
    listed: '已列出',
    done: '已完成',
    left: '剩余',
    bytes: '字节',
    checkedBy: '校验方式',
    rate: '速度',
    timeLeft: '剩余时间',
    disks: '空间',
    fixed: '已补回',
    failed: '失败',
    failures: '失败清单',
    gone: '消失清单',
    volume: '磁盘',
    checkpoint: '检查点',
    journal: '任务日志',
    health: '状态',
    waiting: '等待',
    lastRun: '上次运行',
    lastFetch: '上次 fetch',
  },
  states: { running: '运行中', interrupted: '已中断', finished: '已完成', none: '没有任务' },
  running: (holder) => `运行中，${holder}`,
  inUseBy: (text, holder) => `${text}；正被${holder}使用`,
  holder: (pid, command, since) => `进程 ${pid}（${command}，启动于 ${since}）`,
  nothingYet: '还没有写入任何内容',
  history: ({ pass, begun, run, seconds }) =>
    `第 ${pass} 轮，开始于 ${begun}；第 ${run} 次运行，共工作 ${lasting(seconds)}`,
  listed: (count, isAll) => `${objects(count)}${isAll ? '，已全部列出' : '，尚未列完'}`,
  done: (count, { stored, skipped, gone, failed }) =>
    `${formatCount(count)} = 已存储 ${formatCount(stored)} + 已跳过 ${formatCount(skipped)} + ` +
    `已不存在 ${formatCount(gone)} + 失败 ${formatCount(failed)}`,
  leftOut: (count) => `；另有 ${formatCount(count)} 个被筛选条件排除`,
  nothingLeft: '没有剩余',
  left: (count, bytes) => `${objects(count)}${bytes === undefined ? '' : `，${formatBytes(bytes)}`}`,
  leftOfListed: (count, bytes) =>
    `已列出的对象中还有 ${formatCount(count)} 个${bytes === undefined ? '' : `，整个存储桶还有 ${formatBytes(bytes)}`}`,
  bytes: (bytes) => `已存储 ${formatBytes(bytes)}`,
  rate: (perSecond, bytes, isRunning) =>
    `${isRunning ? '最近' : '运行期间'}每秒 ${perSecond} 个对象，${formatBytes(bytes)}/s`,
  timeLeft: (seconds) => `约 ${lasting(seconds)}`,
  timeLeftThen: (seconds) => `继续运行后约需 ${lasting(seconds)}`,
  full: (seconds) => `最迟 ${lasting(seconds)}后写满，早于全部存完：请释放一些空间，或增加一个 --to`,
  fixed: (count) => `fetch 已补回 ${formatCount(count)} 个失败的对象`,
  codes: (codes) => codes.map(([code, count]) => `${formatCount(count)} 个 ${code}`).join('，'),
  free: (bytes, inodes) =>
    `剩余 ${formatBytes(bytes)}${inodes === undefined ? '' : `，${formatCount(inodes)} 个 inode`}`,
  volume: (path, notes) => `${path}：${notes.join('；')}`,
  because: (state, reason) => `${state}：${reason}`,
  volumeStates: { full: '已满', out: '已停用', missing: '不存在', unreadable: '无法读取' },
  noCheckpoint: '还没有',
  checkpoint: (at, ageSeconds) => `${at}，${lasting(ageSeconds)}之前`,

  waits: {
    outage: '服务器没有响应',
    ban: '服务器封禁了本客户端',
    throttle: '服务器要求放慢',
    limit: '受用户设置的限额限制',
    silence: '网络和磁盘都没有任何进展',
  },
  waitsOf: { listings: '列目录', objects: '取对象', bytes: '字节' },
  wait: ({ what, of, since, until }) =>
    `${what}${of === undefined ? '' : `（${of}）`}，从 ${since} 起${until === undefined ? '' : `，到 ${until} 为止`}`,

  ends: { finished: '已完成', interrupted: '已中断', failed: '失败', killed: '被终止' },
  killed: (begun) => `开始于 ${begun}，没有结束记录：被强制终止，或机器停机`,
  begun: (begun, end) => `开始于 ${begun}，${end}`,
  ended: (end, at, why) => `${end}，时间 ${at}${why === '' ? '' : `：${why}`}`,
};
