/** In Chinese: see `en/jobs/report-objects.ts`. */
import { formatCount } from '../../../lib/text/units.js';
import type { ofObjects as english } from '../../en/jobs/report-objects.js';

const objects = (count: number): string => `${formatCount(count)} 个对象`;

export const ofObjects: typeof english = {
  failures: {
    none: '没有失败的对象。',
    count: (count) => `${objects(count)}失败。`,
    retry: '用这条命令重试（其他选项与第一次相同）：',
    noFile: '没有一个文件包含全部失败的对象，所以要再运行一次同样的 mirror。',
    onMachines: '每台机器把自己的失败列在第一个目录的 .sluice/failures.ndjson 中。',
    attempts: (count) => `尝试 ${formatCount(count)} 次`,
    more: (count) => `另有 ${formatCount(count)} 个`,
    otherCodes: (count) => `${objects(count)}以其他代码失败。`,
    noExample: '没有文件列出它们。',
    file: '全部在：',
  },

  gone: {
    none: '没有。',
    count: (count) => `${objects(count)}曾被列出，下载时来源已经没有。`,
    file: '全部在：',
  },

  renamed: {
    none: '没有。',
    unknown: '未知：没有查看各台机器的目录。',
    count: (count, isAtLeast) =>
      `这些目录中${isAtLeast ? '至少' : ''}有 ${objects(count)}无法在磁盘上使用 key 的名称（包括更早的任务）。`,
    key: '对象（key）',
    path: '文件',
    file: '全部在：',
  },

  checks: {
    kind: '校验方式',
    objects: '对象',
    names: {
      size: '只有大小：服务器没有给出摘要',
      none: '没有：大小也未知',
      notRecorded: '没有记录',
    },
    unknown: '未知：没有运行记下。',
  },

  verify: {
    none: '未知：没有这些目录的比较记录。',
    when: '结束于',
    end: '结果',
    source: '来源',
    how: '比较了',
    contents: '内容',
    sizes: '大小和时间',
    extra: '并查找来源没有的文件',
    part: '只有一部分对象',
    lines: '输入的各行',
    compared: '比较的对象',
    alike: '相同',
    different: '不同',
    elsewhere: '在其他机器上，未比较',
    bytes: '读取的字节',
    reasons: '差异',
    by: '内容比较方式',
  },
};
