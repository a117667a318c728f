/** In Chinese: see `en/run/forecast.ts`. */
import { localTime } from '../../../lib/text/local-time.js';
import { formatBytes, formatSeconds } from '../../../lib/text/units.js';
import type { forecast as english } from '../../en/run/forecast.js';

export const forecast: typeof english = {
  tooMuch: (missingBytes, freeBytes) =>
    `磁盘放不下全部内容：按存储桶自己的统计，还有 ${formatBytes(missingBytes)} 需要存储，而可用空间只有 ${formatBytes(freeBytes)}。请释放一些空间，或再加一个 --to。运行会继续，直到所有磁盘都满`,
  full: (bytesPerSecond, seconds, atMs) =>
    `按目前 ${formatBytes(bytesPerSecond)}/s 的速度，磁盘将在 ${localTime(atMs)} 写满，还有 ${formatSeconds(seconds)}。请在此之前释放一些空间`,
};
