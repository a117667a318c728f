/** In Chinese: see `en/run/summary.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { DIGEST_NAMES } from '../../digest-names.js';
import type { summary as english } from '../../en/run/summary.js';
import { progress } from '../progress.js';

const CHECKS: Readonly<Record<string, string>> = { ...DIGEST_NAMES, size: '仅大小', none: '未校验' };

/** 0.24 → `0.2 秒`, 125 → `2 分 5 秒`. */
export const lasting = (seconds: number): string =>
  seconds < 10 ? `${seconds.toFixed(1)} 秒` : progress.duration(seconds);

export const summary: typeof english = {
  failed: ({ key, why, code, attempts }) =>
    `失败：${key === '' ? '' : `${key}：`}${why} [${code}，尝试 ${formatCount(attempts)} 次]`,
  moreFailures: '其余的失败不再逐条显示',
  moreFailuresFiled: '其余的失败不再逐条显示；全部失败都在失败清单中',
  excluded: (count) => `另有 ${formatCount(count)} 个被 --include 和 --exclude 排除`,

  counts: ({ listed, stored, skipped, gone, failed }) =>
    `列出 ${formatCount(listed)} = 已存储 ${formatCount(stored)} + 已跳过 ${formatCount(skipped)} + ` +
    `已不存在 ${formatCount(gone)} + 失败 ${formatCount(failed)}`,
  thisMachine: (counts) => `本机：${counts}`,
  allMachines: (job, counts, { bytes, isComplete }) =>
    `任务 ${job}，所有机器：${counts}；${formatBytes(bytes)}；${isComplete ? '已完成' : '未完成'}`,
  pace: ({ bytes, seconds, files, runs }) => {
    const perSecond = 1 / Math.max(seconds, 0.001);
    const pace =
      files > 0 ? `（每秒 ${formatCount(files * perSecond)} 个文件，${formatBytes(bytes * perSecond)}/s）` : '';
    return `${formatBytes(bytes)}，用时 ${lasting(seconds)}${pace}${runs > 1 ? `，共运行 ${formatCount(runs)} 次` : ''}`;
  },
  listing: ({ objects, bytes, seconds, perSecond, failed }) =>
    `${formatCount(objects)} 个对象，${formatBytes(bytes)}，用时 ${lasting(seconds)}（每秒 ${formatCount(perSecond)} 个）` +
    `${failed > 0 ? `，${formatCount(failed)} 处无法列出` : ''}`,

  compared: ({ listed, alike, different }, reasons) =>
    `已比较 ${formatCount(listed)} = 相同 ${formatCount(alike)} + 不同 ${formatCount(different)}` +
    `${reasons.length > 0 ? `（${reasons.map(([reason, count]) => `${reason} ${formatCount(count)}`).join('，')}）` : ''}`,
  read: ({ bytes, seconds, perSecond }) =>
    `${bytes > 0 ? `读取 ${formatBytes(bytes)}` : '没有读取任何内容'}，用时 ${lasting(seconds)}（每秒 ${formatCount(perSecond)} 个对象）`,

  checks: (by, unknown) =>
    [
      ...Object.entries(by).map(([kind, count]) => `${CHECKS[kind] ?? kind} ${formatCount(count)}`),
      ...(unknown > 0 ? [`无记录 ${formatCount(unknown)}`] : []),
    ].join('；'),
  checkedBy: (checks) => `校验方式：${checks}`,
  comparedBy: (checks) => `内容比较方式：${checks}`,

  retries: (count) => `重试 ${formatCount(count)} 次`,
  throttled: (seconds) => `共被限流 ${lasting(seconds)}`,
  hostOutages: (count) => `单台服务器中断 ${formatCount(count)} 次`,
  outages: (count, seconds) => `服务器中断 ${formatCount(count)} 次${seconds > 0 ? `，共 ${lasting(seconds)}` : ''}`,
};
