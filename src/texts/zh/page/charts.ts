/** In Chinese: see `en/page/charts.ts`. */
import { formatCount } from '../../../lib/text/units.js';
import type { charts as english } from '../../en/page/charts.js';

export const charts: typeof english = {
  title: '变化',
  range: '图表的时间范围',
  hour: '1 小时',
  day: '24 小时',
  bytes: '字节',
  objects: '对象',
  requests: '同时进行的请求',
  latency: '首字节时间',
  codes: '拒绝与错误',
  perSecond: '每秒',
  perMinute: '每分钟失败的尝试',
  ofObjects: '取对象',
  ofAnswers: '按响应',
  limit: '上限',
  atOnce: '同时',
  now: '现在',
  others: '其他',
  none: '这段时间没有',
  noData: '这段时间没有记录',
  described: (title, now, most) => `${title}：现在 ${now}，此范围内最高 ${most}`,
  describedEnd: (title, last, most) => `${title}：结束时 ${last}，此范围内最高 ${most}`,
  describedCodes: (title, total, parts) =>
    total === 0 ? `${title}：此范围内没有` : `${title}：此范围内 ${formatCount(total)} 次；${parts.join('，')}`,
  keys: '用方向键查看各个时刻',
};
