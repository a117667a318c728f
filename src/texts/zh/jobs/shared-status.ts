/** In Chinese: see `en/jobs/shared-status.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { sharedStatus as english } from '../../en/jobs/shared-status.js';
import { lasting } from '../run/summary.js';

export const sharedStatus: typeof english = {
  rows: {
    job: '任务',
    state: '任务状态',
    listed: '已列出',
    batches: '批次',
    done: '已完成',
    checkedBy: '校验方式',
    failed: '失败',
    left: '剩余',
    rate: '速度',
    rejected: '已拒收',
    timeLeft: '剩余时间',
    worker: '机器',
    none: '',
  },
  job: (job, source) => `${job}：${source}`,
  states: { running: '运行中', waiting: '等待：没有机器在处理，或都没有空间', complete: '已完成' },
  state: (state, begun, audits) => `${state}，开始于 ${begun}${audits > 0 ? `，又列了 ${audits} 遍` : ''}`,
  listed: (count, openPages) =>
    `${formatCount(count)} 个对象${openPages === undefined ? '' : `，尚未列完，还有 ${formatCount(openPages)} 页`}`,
  batches: (pending, leased, done) =>
    `待处理 ${formatCount(pending)}，处理中 ${formatCount(leased)}，已完成 ${formatCount(done)}`,
  done: (counts, bytes) => `${counts}；${formatBytes(bytes)}`,
  failed: (codes) => `${codes}（后来由 fetch 补回的仍计在内）`,
  nothingLeft: '没有剩余',
  left: (count, bytes, isAll) =>
    `${isAll ? '' : '已列出的对象中还有 '}${formatCount(count)} 个${isAll ? '对象' : ''}，${formatBytes(bytes)}`,
  rate: (objects, bytes) => `每秒 ${formatCount(objects)} 个对象，${formatBytes(bytes)}/s`,
  rejected: (count, stream) => `${formatCount(count)} 条不是 Sluice 写的消息，保存在流 ${stream} 中`,
  workerStates: { full: '已满', lost: '失联' },
  worker: (name, { state, seen, what }) => `${name}：${state === '' ? '' : `${state}，`}${seen}；${what}`,
  hasLeft: '已退出',
  lastSeen: (seconds) => `${lasting(seconds)}前有消息`,
  lists: '只列目录',
  work: ({ objects, bytes, failed, batches, perSecond }) =>
    `${formatCount(objects)} 个对象，${formatBytes(bytes)}` +
    `${failed > 0 ? `，失败 ${formatCount(failed)}` : ''}，${formatCount(batches)} 批处理中` +
    `${perSecond === undefined ? '' : `，每秒 ${formatCount(perSecond)} 个对象`}`,
  volumeStates: { full: '已满', out: '已停用' },
  volume: (path, freeBytes, state) =>
    `  ${path}：${freeBytes === undefined ? '剩余空间未知' : `剩余 ${formatBytes(freeBytes)}`}${state === '' ? '' : `，${state}`}`,
};
