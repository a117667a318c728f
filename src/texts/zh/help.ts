/** In Chinese: see `en/help.ts`. */
import type { help as english } from '../en/help.js';

export const help: typeof english = {
  tagline: `Sluice 把存放大量小对象的整个存储桶复制到本地磁盘。
逐字节校验，中断后从停下的地方继续。`,
  usage: (line) => `用法：${line}`,
  commandsHeading: '命令',
  examplesHeading: '示例',
  exitsHeading: '退出码',
  variablesHeading: '环境变量',
  topicsHeading: '主题',
  item: (heading) => `${heading}：`,
  numbered: (number, title) => `${number}. ${title}：`,
  standard: (value) => `（默认${/^[\x21-\x7e]/.test(value) ? ' ' : ''}${value}）`,
  brief: (shown, all, command) => `以上是 ${all} 个选项中的 ${shown} 个。查看全部：sluice ${command} --help`,
  more: `命令的常用选项：sluice COMMAND -h
命令的全部选项：sluice COMMAND --help
某个主题，或 Sluice 输出的代码：sluice help NAME
全部主题：sluice help
版本、提交和 Node：sluice -v`,
  codes: 'NAME 也可以是 Sluice 输出的代码，例如 ERR_SIZE。',
  explain: {
    what: (what) => `发生了什么：${what}。`,
    class: (name, does) => `运行如何处理：**${name}**。${does}`,
    notice: '这是一条通知，运行继续。',
    todo: (todo) => `怎么办：${todo}。`,
  },
  variables: (exceptions) => `每个选项都有环境变量：--list-rate 对应 SLUICE_LIST_RATE。
开关选项的值为 true 或 false。${exceptions.length === 0 ? '' : `\n例外：${exceptions.join('；')}。`}
命令行选项优先于环境变量，环境变量优先于选项文件。`,
  variable: (flag, variable) => `${flag} 对应 ${variable}`,
  onlyFlag: (flag) => `${flag} 没有环境变量`,
  commands: {
    mirror: {
      summary: '把 SOURCE 中尚未存在的对象复制到目录',
      description: `列出 SOURCE，并下载 DIR 中还没有的所有对象。
再次运行同一命令时，从停下的地方继续。`,
      examples: { whole: '整个存储桶', dryRun: '只输出将要下载的对象', disks: '存到两块磁盘' },
    },
    fetch: {
      summary: '下载标准输入中指定的对象',
      description: `下载标准输入中指定的对象：NDJSON，或每行一个 key。
没有 SOURCE 时：http(s) URL（见 sluice help urls）。`,
      examples: { listing: '按列表下载', failed: '重新下载上次失败的对象', urls: 'URL 列表' },
    },
    list: {
      summary: '输出 SOURCE 中的对象，每行一个',
      description: '以 NDJSON 输出 SOURCE 中的对象，每行一个。',
      examples: { all: '全部写入文件', large: '一个目录，只要大对象' },
    },
    verify: {
      summary: '比较 SOURCE 与已存的文件，输出差异',
      description: `比较 SOURCE（或标准输入中指定的对象，写作 -）与已存的文件。
输出差异，不做任何改动。`,
      examples: { quick: '按大小和时间', content: '按内容，并重新下载有差异的对象', manifest: '按清单' },
    },
    status: {
      summary: '显示任务进度，不做任何改动',
      description: '显示任务进度，运行中或结束后均可。不做任何改动。',
      examples: {
        mirror: 'mirror 任务',
        watch: 'mirror 任务，持续刷新',
        list: '带状态文件的 list',
        monitor: '供监控使用',
        shared: '多台机器共享的任务',
      },
    },
    dashboard: {
      summary: '在浏览器中查看已结束的任务；不改变任何内容',
      description: `在浏览器中显示一个任务：已结束的，或由另一个进程运行的。不改变任何内容。
正在进行的运行用 --dashboard 显示自己。`,
      examples: {
        ended: '已结束的任务',
        running: '换一个端口，与带仪表盘的运行并存',
      } as Record<string, string>,
    },
    report: {
      summary: '写出一页报告，说明复制是否完整',
      description: `只凭任务的文件写出一页报告：数目是否对得上、什么失败了以及怎样重试、
各次运行、速度和大小、上次比较的结果。
这一页不需要其他任何东西：没有网络也能打开，适合打印。`,
      examples: { page: 'mirror 任务', json: '供程序使用', shared: '多台机器共享的任务' },
    },
    doctor: {
      summary: '在复制之前检查本机、磁盘和服务器',
      description: `在持续数天的复制开始之前，检查本机、--to 的磁盘和 SOURCE 的服务器。
每行给出“正常”“注意”或“问题”，以及该怎么做。
不做任何改动；最多发送约 40 个请求。`,
      examples: { all: '检查复制到两块磁盘所需的一切', here: '只检查本机和一块磁盘', report: '用于报告问题' },
    },
    jobs: { summary: '列出队列中的任务', description: '列出队列中的任务。', examples: { all: '全部任务' } },
    forget: {
      summary: '把失联机器的工作交给其他机器',
      description: '把失联机器已完成的批次重新放回队列，由其他机器处理。',
      examples: { lost: '磁盘损坏的机器' },
    },
    remove: {
      summary: '从队列中删除任务的数据，文件保留',
      description: '从队列中删除任务的数据。已存的文件保留。',
      examples: { done: '已完成的任务' },
    },
    help: { summary: '说明命令、主题，或 ERR_SIZE 这样的代码' },
  },
  firstExamples: {
    copy: '复制整个存储桶；再次运行则从停下的地方继续',
    look: '只输出将要下载的对象',
    far: '查看进度',
    check: '比较每个字节',
  },
  helpOption: '显示此帮助；-h 只显示常用选项',
  helpOptionBrief: '显示此帮助；--help 显示全部选项',
  versionOption: '显示版本、提交和 Node',
  exits: {
    run: {
      0: '所有对象都已存好',
      1: '部分对象失败或有差异',
      2: '用法或配置错误，未做任何事',
      3: '运行无法开始或继续',
      130: '被中断，运行同一命令可继续',
    },
    status: {
      0: '已显示',
      1: '该处没有任务',
      2: '用法或配置错误',
      3: '无法读取任务文件',
      130: '被中断（使用 --watch 时）',
    },
    dashboard: {
      0: '由 Ctrl-C 或信号结束',
      1: '那里没有任务',
      2: '用法或配置有误，或地址已被占用',
      3: '任务的文件无法读取',
    } as Record<string, string>,
    report: {
      0: '已写出',
      1: '该处没有任务',
      2: '用法或配置错误',
      3: '无法读取任务文件，或无法写出报告',
      130: '被中断',
    },
    doctor: {
      0: '没有问题（可能有需注意之处）',
      1: '至少有一个问题',
      2: '用法或配置错误，未做检查',
      3: '检查无法继续',
      130: '被中断',
    },
    managing: { 0: '已完成', 1: '没有这个任务或机器', 2: '用法或配置错误', 3: '无法使用队列' },
  },
  version: {
    commit: '提交',
    platform: '平台',
    modified: (commit) => `${commit}，有本地改动`,
    unknown: '未知',
  },
  wrong: {
    command: (name) => `没有命令 ${name}`,
    unknownCommand: '没有这个命令',
    option: (flag) => `未知选项 ${flag}`,
    before: (flag) => `${flag}：选项要写在命令之后：sluice COMMAND ${flag}`,
    oneName: 'help 只接受一个 NAME：命令、主题或代码；参见：sluice help',
    name: (name) => `没有命令、主题或代码 ${name}`,
    unknownName: '没有这个命令、主题或代码；参见：sluice help',
    unknownOption: '命令之前没有这个选项',
    didYouMean: (problem, name) => `${problem}；是否要用 ${name}？`,
    commands: (problem, names) =>
      `${problem}${problem.endsWith('？') ? '' : '。'}可用命令：${names.join('、')}。参见：sluice --help`,
    tooMany: (count, command, taken) => `多了 ${count} 个参数：${command} ${taken}`,
    taken: { none: '不接受参数', source: '只接受一个 SOURCE' },
    severalFolders: 'mirror 的 SOURCE 之后只能有一个 DIR；使用多块磁盘时，每块磁盘各写一个 --to',
    folderTwice: 'SOURCE 之后和 --to 都给出了目录；请全部用 --to 给出',
  },
};
