/** The charts of the page. */
import { formatCount } from '../../../lib/text/units.js';

export const charts = {
  title: 'Over time',
  range: 'Range of the charts',
  hour: 'Hour',
  day: '24 hours',
  bytes: 'Bytes',
  objects: 'Objects',
  requests: 'Requests at once',
  latency: 'Time to the first byte',
  codes: 'Refusals and errors',
  perSecond: 'per second',
  perMinute: 'attempts that failed per minute',
  ofObjects: 'for objects',
  ofAnswers: 'of the answers',
  limit: 'limit',
  atOnce: 'at once',
  now: 'now',
  others: 'others',
  none: 'none in this time',
  noData: 'nothing was noted in this time',
  /** For those who do not see the chart. */
  described: (title: string, now: string, most: string): string =>
    `${title}: ${now} now, at most ${most} in this range`,
  describedEnd: (title: string, last: string, most: string): string =>
    `${title}: ${last} at the end, at most ${most} in this range`,
  describedCodes: (title: string, total: number, parts: readonly string[]): string =>
    total === 0 ? `${title}: none in this range` : `${title}: ${formatCount(total)} in this range; ${parts.join(', ')}`,
  keys: 'Arrow keys move through the times',
};
