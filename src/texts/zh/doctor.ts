/** 体检（doctor）的发现与建议。 */
import type { BurstValues, doctor as english } from '../en/doctor.js';
import { doctorDisks } from './doctor/disks.js';

const sent = ({ answered, requests, seconds, atOnce }: BurstValues) =>
  `服务器在 ${seconds} 秒内响应了 ${requests} 个请求中的 ${answered} 个（并发 ${atOnce}）`;

export const doctor: typeof english = {
  levels: { ok: '正常', warning: '注意', problem: '问题' },
  line: (level, message, advice) => `${level}  ${message}${advice === undefined ? '' : ` → ${advice}`}`,
  end: ({ ok, warnings, problems }) =>
    `共检查 ${ok + warnings + problems} 项：${ok} 项正常，${warnings} 项需注意，${problems} 项有问题`,
  needsSource: (option) => `${option}：需要同时给出 SOURCE`,
  noAnswer: (what, seconds) => `${what}：${seconds} 秒内没有响应`,
  noAnswerAdvice: '复制时也会卡在这里；请检查网络和服务器，线路慢时可调大 --timeout',
  notChecked: (source) => `服务器没有响应，因此未检查 ${source} 的内容：见上面的问题`,

  node: (version, node, platform, heap) => `Sluice ${version}，Node ${node}，${platform}；Node 的堆内存上限为 ${heap}`,
  nodeTooOld: (least) => `请安装 Node ${least} 或更新的版本`,
  heapTooSmall: (least) => `请至少给 Node ${least} 内存：检查 NODE_OPTIONS 中的 --max-old-space-size`,
  platformUntested: 'Sluice 只在 Linux 上测试过：请先用一个小目录试一试',
  memory: (cores, free, needed, buffer) =>
    `本机有 ${cores} 个处理器核心，空闲内存 ${free}；复制最多需要 ${needed}（--buffer-size 为 ${buffer}）`,
  memoryShort: '请释放一些内存，或调小 --buffer-size',
  openFilesUnlimited: (needed) => `进程可打开的文件数没有限制；复制最多打开 ${needed} 个`,
  openFilesTooFew: (limit, least) => `进程最多只能打开 ${limit} 个文件，而复制至少需要 ${least} 个`,
  openFiles: (limit, needed, connections) =>
    `进程最多可打开 ${limit} 个文件；复制使用 ${connections} 个连接，最多打开 ${needed} 个文件`,
  openFilesFewer: (limit, connections, wished) =>
    `进程最多只能打开 ${limit} 个文件，因此复制最多使用 ${connections} 个连接，而不是 ${wished} 个`,
  openFilesRaise: '请调高限制（ulimit -n 1024，或 systemd 单元中的 LimitNOFILE=）',

  queue: (url, version, stored, limit) =>
    `队列 ${url} 有响应：NATS ${version}，JetStream 已开启，已存 ${stored}${limit === undefined ? '' : `，上限 ${limit}`}`,

  connect: {
    name: (host, addresses, tookMs) => `${host} 解析到 ${addresses} 个地址（用时 ${tookMs} ms）`,
    open: (origin, where, tookMs) => `${origin} 在 ${where} 接受连接（用时 ${tookMs} ms）`,
    proxied: (origin, proxy, tookMs) => `${origin} 经由代理 ${proxy} 访问，代理接受连接（用时 ${tookMs} ms）`,
    certificate: (origin, { protocol, issuer, until, days }) =>
      `${origin} 使用 ${protocol}；证书由 ${issuer} 签发，有效期至 ${until}（还有 ${days} 天）`,
    notTrusted: (certificate, code) => `${certificate}，但本机不信任该证书（${code}）`,
    notTrustedAdvice: '请检查 --endpoint 或 --domain 中的域名和本机时钟；自签证书请用 --ca-cert 指定',
    tlsAdvice: '请检查 --endpoint 或 --domain 中的 http/https 和端口',
    expiresSoon: '证书即将到期：如果服务器不更换证书，持续数天的复制会因 ERR_TLS 中止',
    insecure: '--insecure：不检查任何证书；请去掉它，自签证书请用 --ca-cert 指定',
  },

  clock: {
    right: (answeredMs) => `本机时钟与服务器一致（服务器响应用时 ${answeredMs} ms）`,
    off: (by, isAhead, answeredMs) =>
      `本机时钟比服务器${isAhead ? '快' : '慢'} ${by}（服务器响应用时 ${answeredMs} ms）`,
    refused: (limit) => `时间相差超过 ${limit} 的签名会被服务器拒绝`,
    corrected: (limit) =>
      `时间相差超过 ${limit} 的签名会被服务器拒绝，所以 Sluice 按服务器的时间签名，复制可以正常进行`,
    correct: '请校准时钟（timedatectl set-ntp true）：证书、--bwlimit 的时间段和日志都依赖它',
    unknown: '服务器没有给出时间，无法与本机时钟比较',
    unknownAdvice: '请自行检查本机时钟：签名中带有本机时间',
  },

  listing: {
    accepted: (source) => `服务器接受凭据，可以列出 ${source}`,
    listed: (source) => `服务器不需要凭据就列出 ${source}`,
    doubtAdvice: '请确认 --endpoint 是该存储的 REST API，并且 SOURCE 是一个目录',
    wholeFolder: ({ rows, asked, tookMs }) =>
      `分页：该目录只有 ${rows} 项，因此看不出每页的上限（请求 ${asked} 项，用时 ${tookMs} ms）`,
    smallerPage: ({ rows, asked, tookMs }) =>
      `分页：请求 ${asked} 项，服务器每页给 ${rows} 项（用时 ${tookMs} ms）；列目录的请求会相应增多，其他不受影响`,
    fullPage: ({ rows, tookMs }) => `分页：服务器给出 ${rows} 项，与请求一致（用时 ${tookMs} ms）`,
    sizeRefused: (wished, { rows, asked, tookMs }) =>
      `分页：服务器拒绝 --page-size ${wished}，接受 ${asked}；给出了 ${rows} 项（用时 ${tookMs} ms）`,
    sizeAdvice: (asked) => `请使用 --page-size ${asked}，这样每次运行可省去被拒绝的请求`,
    orderUnknown: '条目太少，看不出分页的顺序',
    sorted: (rows) => `分页中的条目按名称排序（查看了 ${rows} 项）`,
    unsorted: (rows) => `分页中的条目没有按名称排序（查看了 ${rows} 项）；Sluice 按服务器的游标继续，不依赖顺序`,
    sizeUnknown: '服务器没有给出 SOURCE 的大小，因此没有与磁盘空间比较',
    size: (bytes) => `SOURCE 共 ${bytes}；对象数量未知`,
    sizeAndObjects: (bytes, objects, mean, seen) =>
      `SOURCE 共 ${bytes}；按最先看到的 ${seen} 个对象（平均 ${mean}）估计，约有 ${objects} 个对象`,
  },

  objects: {
    none: (source) => `在 ${source} 最前面的目录中没有找到对象：读取、断点续传和请求速率都没有检查`,
    noneAdvice: 'SOURCE 是否正确？请给出一个含有对象的目录：SOURCE/FOLDER',
    read: ({ origin, key, size, tookMs }) => `可以读取对象：${origin} 在 ${tookMs} ms 内发来 ${key}（${size}）`,
    checkedBy: (count, checks) => `最前面的 ${count} 个对象，内容的校验方式：${checks}`,
    range: '中断的下载可以续传：服务器会发送其余部分（206，Content-Range 和 ETag 正确）',
    rangeUnknown: '无法判断中断的下载能否续传：最小的对象太小，或没有 ETag',
    noRange: (why) => `中断的下载不能续传：${why}`,
    noRangeAdvice: '复制可以进行；较大的对象中断后会从头重新下载',
  },

  rate: {
    tooLarge: (size) => `没有测试请求速率：看到的最小对象也有 ${size}`,
    borne: (values) => `${sent(values)}，没有拒绝（中位数 ${values.medianMs} ms）；没有尝试更多请求`,
    refused: (refused, values, retryAfter) =>
      `${sent(values)}，并拒绝了其中 ${refused} 个（请求过多）${retryAfter === undefined ? '' : `；要求等待 ${retryAfter} 秒`}`,
    advice: '复制会自动降速；如果服务器封禁时间较长，请给出 --rate N（每秒请求数）或调小 --max-connections',
    failed: (why, values) => `${sent(values)}，随后失败：${why}`,
    failedAdvice: '请再检查一次；复制时会重试这类请求，但次数多了会变慢',
  },

  disks: doctorDisks,
};
