/** In Chinese: see `en/jobs/controls.ts`. */
import { changedOptions, type controls as english } from '../../en/jobs/controls.js';

export const controls: typeof english = {
  paused: (by) => `${by} 暂停了运行：进行中的会完成，不再开始新的`,
  resumed: (by) => `${by} 让运行继续`,
  changed: (by, limits) =>
    `${by} 修改了限额：${changedOptions(limits, '不限').join('，')}` +
    `${limits.isLess ? '（选项不允许更多，见 --max-connections）' : ''}`,
};
