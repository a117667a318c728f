/** In Chinese: see `en/cli.ts`. */
import { formatBytes, formatCount } from '../../lib/text/units.js';
import type { cli as english } from '../en/cli.js';

export const cli: typeof english = {
  problem: (command, text) => `sluice ${command}：${text}`,
  seeHelp: (command, code) => `请看：sluice ${command} --help [${code}]`,
  stdinIsFolder: '标准输入是目录；请给它一个 key 的文件',
  terminalInput: '从终端读取 key，每行一个；用 Ctrl-D 结束',
  interrupted: '已中断：Sluice 正在完成进行中的请求；再次中断则立即停止',

  limits: (bytes, objects, lists) =>
    `已重新读取限速：${bytes === undefined ? '不限字节/秒' : `${formatBytes(bytes)}/秒`}，` +
    `${objects === undefined ? '不限对象/秒' : `${objects} 对象/秒`}，` +
    `${lists === undefined ? '不限列举/秒' : `${lists} 列举/秒`}；其他选项从下一次运行起生效`,
  configNotTaken: (problems) => `配置文件有错误，因此限速保持不变：${problems.join('；')}`,

  openFiles: (why) =>
    `打开的文件太多，因此 Sluice 无法开始或继续（${why}）；已保存的文件没有丢失：请提高上限（ulimit -n），然后重新运行同一条命令`,
  defect: (stack) => `Sluice 出现意外错误，请报告：${stack}`,
  neverEnds: '命令在等待不可能发生的事情',

  advice: {
    failedElsewhere: (count) =>
      `${formatCount(count)} 个对象在其他机器上失败；那里的失败列表有它们的名称（之后由 fetch 保存的仍计入这里）`,
    failures: (file) => `失败的对象在 ${file} 中；要重试，请使用相同的选项：`,
    fetch: (from, to, file) => `  sluice fetch --from ${from} ${to} < ${file}`,
    code: (code) => `${code} 的含义和处理办法：sluice help ${code}`,
    emptyInput: '输入中没有任何对象，因此没有下载；请检查管道前面的命令',
    emptySource: (source) => `${source} 中没有对象`,
    emptyPrefix: (source) => `${source} 下面没有对象；请检查 SOURCE：前缀是一个目录，并且区分大小写`,
    gone: (file) => `列举之后已不存在的对象在 ${file} 中`,
    noneThere: (source) => `服务器上没有这些对象；这些 key 是相对于 ${source} 的吗？`,
    unserved: ({ server, served, asked, variant }) =>
      `请求了 ${formatCount(asked)} 个对象${variant === undefined ? '' : `的版本 ${variant}`}，${server ?? '服务器'}${served === 0 ? '一个也没有提供' : `只提供了 ${formatCount(served)} 个`}：${server === undefined ? '这个空间中有这样的版本吗？' : '它是这个空间的域名吗？'}`,
    comparedSoFar: '已中断；只报告目前已比较的部分',
    listingIncomplete: '已中断；列举不完整，没有 --state 时下一次会从头开始',
    dryRunIncomplete: '已中断；试运行没有看完全部对象',
    goOnListing: '已中断；重新运行同一条命令即可继续：已完成的页不会重新列举',
    goOn: '已中断；重新运行同一条命令即可继续：已保存的文件会跳过',
  },

  queue: {
    noJobs: '那里没有任务',
    noJob: (job) => `那里没有任务 ${job}`,
    noWorker: (job, worker) => `任务 ${job} 没有机器 ${worker}`,
    job: ({ job, source, state, done, found, begun }) =>
      `${job}：${source}，${state}，${formatCount(found)} 个对象中已完成 ${formatCount(done)} 个，开始于 ${begun}`,
    unreadable: (job, why) => `${job}：${why}`,
    states: { running: '进行中', waiting: '等待中', complete: '已完成' },
    forgotten: (worker, batches) =>
      batches === 0
        ? `已移除 ${worker}；它没有完成任何批次`
        : `已移除 ${worker}；其他机器会重新获取它已完成的 ${formatCount(batches)} 个批次：请在那里运行任务的命令`,
    kept: '没有删除任何东西',
    removed: (job) => `任务 ${job} 已删除；已保存的文件保留`,
    noTerminal: (job) => `没有可以询问的终端，因此保留任务 ${job}：要删除它，请使用 --yes`,
    complete: '（已完成）',
    incomplete: (done, batches) => `（未完成：${formatCount(batches)} 个批次中完成了 ${formatCount(done)} 个）`,
    question: (job, state) => `删除任务 ${job}${state}？之后队列就不再知道哪台机器保存了什么。[y/N] `,
  },
};
