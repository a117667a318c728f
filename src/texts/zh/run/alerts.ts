/** In Chinese: see `en/run/alerts.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { alerts as english } from '../../en/run/alerts.js';

export const alerts: typeof english = {
  line: ({ command, source, to, machine }, text) =>
    `${machine} 上的 sluice ${command} ${[source, to.join(', ')].filter(Boolean).join(' → ')}：${text}`,
  chat: (level, message) => `${{ info: '', warn: '警告：', error: '错误：' }[level]}${message}`,
  finished: ({ stored, skipped, gone, failed, bytes }, command) =>
    command === 'verify'
      ? `已完成：${formatCount(skipped)} 个相同，${formatCount(failed)} 个不同`
      : `已完成：存入 ${formatCount(stored)} 个（${formatBytes(bytes)}），跳过 ${formatCount(skipped)} 个，源端已删除 ${formatCount(gone)} 个，失败 ${formatCount(failed)} 个`,
  stopped: (message, code) => `已停止：${message} [${code}]。已存的文件保持不变；再次运行同一命令即可继续`,
  interrupted: '被信号停止。已存的文件保持不变；再次运行同一命令即可继续',
  failures: (count, file) =>
    `本次运行已有 ${formatCount(count)} 个对象失败${file === undefined ? '' : `，列在 ${file} 中`}`,
  recovered: (line) => `已恢复：${line}`,
  lost: (option, why) => `${option}：一条告警未送达：${why}。复制继续进行；此消息只提示一次，下一条告警时会再次尝试`,
  back: (option) => `${option}：告警已恢复送达`,
  commandHangs: '命令在 10 秒内没有结束，Sluice 已将其终止',
  commandFailed: (code, said) => `命令以 ${code} 结束${said === '' ? '' : `，输出：${said}`}`,
  refused: (status) => `服务器返回 ${status}`,
  noAnswer: '10 秒内没有响应',
  notReached: (code) => `无法连接，或连接中断（${code}）`,
  noJson: '服务器的响应不是聊天机器人的格式',
  inArguments: '--webhook 的 URL 对本机所有用户可见（ps）。如果其中含有令牌，请写入 SLUICE_WEBHOOK 或配置文件',
  alone: '--webhook-format 和 --webhook-secret-file 需要与 --webhook 一起使用',
  noUrl: '应为 http(s)://HOST/…',
};
