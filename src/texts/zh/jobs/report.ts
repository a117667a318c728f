/** In Chinese: see `en/jobs/report.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { report as english } from '../../en/jobs/report.js';
import { lasting } from '../run/summary.js';
import { ofObjects } from './report-objects.js';

const objects = (count: number): string => `${formatCount(count)} 个对象`;

export const report: typeof english = {
  language: 'zh-CN',
  title: (source) => `Sluice 报告：${source}`,
  unknown: '未知',
  none: '没有',
  duration: (seconds) => lasting(seconds),
  created: (at) => `写于 ${at}，内容是任务文件在那一刻的情况。`,
  stranger: (folder) => `${folder} 不属于这个任务，报告没有包括它`,
  isFolder: (path) => `${path} 是目录，不能写入报告`,
  unwritable: (path, why) => `报告 ${path} 无法写入：${why}；已存放的文件不受影响`,
  notRead: (path) => `报告 ${path} 无法写入：它是管道，没有程序读取它`,
  written: (path) => `报告：${path}`,
  failedAtEnd: (why) => `没有写出报告：${why}`,
  nothing: (folder) => `${folder} 没有任务，也没有 fetch 在那里存放过文件：没有可报告的内容`,

  sections: {
    sum: '数目对得上吗？',
    job: '任务',
    runs: '各次运行',
    rate: '速度变化',
    sizes: '已存储对象的大小',
    slow: '最慢的目录',
    trouble: '服务器中断和要求放慢的时间',
    failures: '失败的对象',
    gone: '已不存在的对象',
    renamed: '以其他名称存放的对象',
    checks: '内容按什么校验',
    verify: '上次比较（sluice verify）',
    volumes: '磁盘',
    machines: '机器',
    options: '上次运行的选项',
    versions: '版本',
    problems: '任务文件的问题',
  },

  states: {
    running: '正在运行：数目截至最近一个检查点。',
    interrupted: '任务还没有完成。运行同一命令即可继续。',
    finished: '任务已完成。',
    none: '这些目录没有 mirror 任务。报告显示的是上次 fetch。',
    complete: '任务已完成。',
    waiting: '任务还没有完成，目前没有机器在工作。',
  },

  sum: {
    listed: '已列出',
    stored: '已存储',
    skipped: '已跳过（本来就在）',
    gone: '已不存在（在此期间从来源删除）',
    failed: '失败',
    excluded: '被 --include 和 --exclude 排除',
    open: '尚未处理',
    beyondLimit: '超出 --limit',
    difference: '相差',
    right: (listed) => `对得上。列出的 ${objects(listed)}各计入其中一项，不重不漏。`,
    rightSoFar: (listed, open) => `目前对得上：已列出 ${objects(listed)}，其中 ${formatCount(open)} 个尚未处理。`,
    wrong: (difference) =>
      difference > 0
        ? `对不上。有 ${objects(difference)}已列出，但不在任何一项中。`
        : `对不上。各项之和比列出的多 ${objects(-difference)}。`,
    unknown: '未知：没有任何对象的记录。',
    notAll: (failed) => `有 ${objects(failed)}失败，所以副本不完整。`,
    ofRun: '这是上次 fetch 的数目。',
    bytes: (bytes) => `已存储 ${formatBytes(bytes)}`,
    exact: (bytes) => `${formatCount(bytes)} 字节`,
  },

  job: {
    source: '来源',
    folders: '目录',
    name: '任务名',
    filters: '筛选',
    begun: '开始',
    active: '工作时间',
    pass: '轮次',
    listing: '列目录',
    complete: '已列完',
    incomplete: '尚未列完',
    rate: '平均速度',
    perSecond: (count, bytes) => `每秒 ${formatCount(count)} 个对象，${formatBytes(bytes)}/s`,
    fixed: 'fetch 补回的失败对象',
    checkpoint: '最近的检查点',
    journal: '任务日志',
  },

  runs: {
    columns: {
      command: '运行',
      begun: '开始',
      time: '用时',
      end: '结束',
      stored: '已存储',
      skipped: '已跳过',
      gone: '已不存在',
      failed: '失败',
      bytes: '字节',
    },
    ends: {
      finished: '已完成',
      interrupted: '已中断',
      failed: '失败',
      killed: '被终止：没有结束记录',
      running: '运行中',
    },
    own: '数目只属于各次运行自己。继续运行时会跳过已存储的对象。',
    partial: '被终止或正在进行的运行每 30 秒记录一次；最后一次记录之后的情况未知。',
    atLeast: (value) => `≥ ${value}`,
    none: '没有运行记录。',
    earlier: (count) => `另有 ${formatCount(count)} 次更早的运行有记录，未显示。`,
    unrecorded: (count) => `任务另有 ${formatCount(count)} 次运行没有记录：当时的旧版本没有记下。`,
  },

  rate: {
    objects: '每秒对象数',
    bytes: '每秒字节数',
    fromHistory: '每分钟或更长时间的平均值，取自带 --dashboard 或 --metrics 的运行最近 24 小时的记录。',
    fromRuns: '按分钟的记录不足，所以每条线是一次运行的平均值。',
    unknown: '未知：没有速度记录，也没有运行记录。',
    most: (value) => `最高 ${value}`,
    chart: (what, from, to, most) => `${what}的图表，从 ${from} 到 ${to}，最高 ${most}`,
    perSecond: (count) => `${formatCount(count)}/s`,
    bytesPerSecond: (bytes) => `${formatBytes(bytes)}/s`,
  },

  sizes: {
    size: '大小',
    objects: '对象',
    empty: '空',
    upTo: (bytes) => `不超过 ${formatBytes(bytes)}`,
    above: (bytes) => `超过 ${formatBytes(bytes)}`,
    unknown: '未知',
    average: (bytes) => `平均 ${formatBytes(bytes)}。`,
    known: (known) => `有记录的运行记下了 ${objects(known)}。被强制终止的运行没有记下最后半分钟。`,
  },

  slow: {
    folder: '目录',
    objects: '对象',
    bytes: '字节',
    each: '每个对象用时',
    root: '（顶层目录）',
    how: '从第一个请求到存好文件的平均时间，包括所有重试和等待。由有记录的运行测得，只计已存储的对象。',
    none: '未知：有记录的运行都没有测量。',
  },

  trouble: {
    outages: '中断次数',
    outageTime: '没有响应的时间',
    throttled: '服务器要求放慢的时间',
    retries: '重试次数',
    unknown: '未知：没有运行记录。',
    begun: '开始',
    time: '时长',
    what: '情况',
    states: {
      throttled: '服务器要求放慢',
      banned: '服务器拒绝一切请求',
      unreachable: '服务器没有响应',
      stalled: '没有任何进展',
    },
    more: (count) => `另有 ${formatCount(count)} 次较短的未显示。`,
  },

  ...ofObjects,

  volumes: {
    path: '目录',
    free: '剩余',
    state: '状态',
    states: { in: '使用中', full: '已满', out: '已停用', missing: '不存在', unreadable: '无法读取' },
    inodes: (count) => `${formatCount(count)} 个 inode`,
  },

  machines: {
    name: '机器',
    state: '状态',
    objects: '对象',
    failed: '失败',
    bytes: '字节',
    states: { working: '工作中', full: '已满', done: '已离开', lost: '失联' },
  },

  options: { unknown: '未知：没有运行记下。', name: '选项', value: '值' },

  versions: {
    report: '本报告',
    run: (command, at) => `${command}，${at}`,
    sluice: 'Sluice',
    node: 'Node',
    platform: '平台',
    host: '机器',
  },
};
