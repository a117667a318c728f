/** In Chinese: see `en/log.ts`. */
import { formatCount, formatSeconds } from '../../lib/text/units.js';
import type { log as english } from '../en/log.js';
import { progress } from './progress.js';

export const log: typeof english = {
  moreFailures: '失败的对象较多；从现在起，Sluice 按错误码计数，并随进度一起输出',
  failed: ({ seconds, count, codes, file }) =>
    `最近 ${Math.round(seconds) === 60 ? '1 分钟' : `${formatSeconds(seconds)} `}有 ${formatCount(count)} 个对象失败：` +
    `${codes.map(([code, number]) => `${formatCount(number)} 个 ${code}`).join('，')}` +
    `${file === undefined ? '' : `；全部列在 ${file}`}`,
  state: ({ line, before }) =>
    before === undefined
      ? `状态：${line}`
      : `状态：${line}（此前：${progress.healthWords[before.state]}，持续 ${formatSeconds(before.seconds)}）`,
  start: ({ version, command }) => `sluice ${version} 启动：${command}`,
  sameFile: ({ path, option }) => `--log-file：${path} 同时也是 ${option} 的文件；请为日志另选一个文件`,
  insideCopy: ({ path, folder }) =>
    `--log-file：${path} 位于副本所在的文件夹 ${folder} 中，可能与某个对象重名；请把日志放在该文件夹之外`,
  notOpened: ({ path, why }) => `--log-file：无法写入 ${path}：${why}`,
  noFile: '它是设备或管道，不是文件',
  notWritten: ({ path, why }) => `无法写入日志文件 ${path}：${why}。复制继续进行，不受影响；Sluice 每隔几秒会重试`,
  writtenAgain: ({ path, lost }) =>
    `日志文件 ${path} 恢复写入；${lost === 0 ? '没有丢失日志' : `丢失了 ${formatCount(lost)} 行`}`,
  growing: ({ path, why }) =>
    `日志文件 ${path} 无法改名，因此会超过 --log-rotate 的大小继续增长：${why}。复制继续进行，不受影响`,
};
