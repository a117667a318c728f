/** In Chinese: see `en/queue.ts`. */
import { localTime, localTimeOf } from '../../lib/text/local-time.js';
import { formatBytes, formatCount, formatSeconds } from '../../lib/text/units.js';
import type { queue as english } from '../en/queue.js';

const unusable: typeof english.unusable = {
  message: (url, detail, advice) => `队列 ${url} 无法使用：${detail}。${advice}`,
  closed: '它在发送第一行之前关闭了连接',
  refused: '它拒绝连接：请检查地址，并确认服务器正在运行',
  unknownName: '本机的 DNS 查不到该域名：请检查拼写',
  noLookup: '本机的 DNS 没有响应：请检查网络和 DNS',
  noRoute: '本机没有到它的路由：请检查网络',
  certificate: (code) => `它的证书不受信任（${code}）：请检查 --queue-tls-ca、时钟和 --queue 中的域名`,
  noTls: '它不支持 TLS：请用 nats:// 代替 tls://，并去掉 --queue-tls-ca',
  webServer: '那里是一台 Web 服务器：请检查端口（默认为 4222，除非服务器另有配置）',
  onlyTls: '那里的服务只支持 TLS，而且不是 NATS 服务器：请检查端口',
  noNats: '那里的服务不是 NATS 服务器：请检查主机和端口',
  permissions: '该用户缺少权限：多机协作的文档列出了 Sluice 需要的权限',
  credentials: '它不接受这些凭据：请检查给出的用户名、密码、令牌或文件',
  noJetStream: '它的 JetStream 没有启用：请在配置中加入 "jetstream { store_dir: … }" 并重启服务器',
  checkTls:
    '请检查地址以及 --queue-tls-ca、--queue-tls-cert 和 --queue-tls-key：要求客户端证书的服务器在没有证书时不会响应',
  check: '请检查地址，并确认服务器正在运行',
};

const unreadable: typeof english.unreadable = {
  folder: '没有文件夹',
  cursor: '没有游标',
  pass: '没有列表轮次的编号',
  batchName: '没有批次名称',
  objects: '没有对象',
  entry: '对象无效',
  key: '对象没有 key',
  size: '大小无效',
  time: '时间无效',
  etag: 'etag 无效',
  md5: 'MD5 无效',
  line: '行无效',
  reject: '失败记录无效',
  empty: '空消息',
  json: '不是 JSON',
  object: '不是 JSON 对象',
};

const strange: typeof english.strange = {
  batches: '批次',
  futurePass: '属于尚未开始的列表轮次',
  folders: '文件夹',
  what: (number, of, bytes, why) => `${of}第 ${number} 条，${bytes} 字节：${why}`,
  message: (job, count, what) =>
    count === 1
      ? `任务 ${job}：队列中有一条消息不是 Sluice 写入的（${what}），已被移出`
      : `任务 ${job}：队列中有 ${formatCount(count)} 条消息不是 Sluice 写入的（最后一条：${what}），已被移出`,
  kept: (message, stream) => `${message}，保存在流 ${stream} 中`,
  relisted: (message) => `${message}。如果其中有本任务的工作，Sluice 会为此重新列出 SOURCE`,
  reported: (message) => `${message}。如果其中有本任务的工作，Sluice 会在最后报告；只有输入任务的那台机器能重新发送`,
  tables: (job, entries) => `任务 ${job}：数据表中有 ${formatCount(entries)} 个条目由其他程序写入，Sluice 已忽略`,
  reopened: (job) => `任务 ${job} 原已完成，但数据表中有条目缺失，或由其他程序写入。任务继续进行，重新查找这些对象`,
  limits: '队列中的共享限额由其他程序写入。各机器会重新分配限额',
  record: (job) =>
    `队列中任务 ${job} 的记录无法读取：它由其他程序或其他版本的 Sluice 写入。请删除任务（sluice remove --job ${job}）后重新开始：已存储的内容会被跳过`,
};

const connection: typeof english.connection = {
  away: (url, sinceMs) =>
    `队列 ${url} 自 ${localTime(sinceMs)} 起没有响应。本机会完成已开始的工作，其余的等队列恢复响应后再继续`,
  back: (url, awayMs) => `队列 ${url} 在 ${formatSeconds(awayMs / 1000)} 后恢复响应。复制继续进行`,
  noData: (url) => `队列 ${url} 中已没有本任务的数据：任务是否被删除了？同一条命令会重新开始任务；已存储的内容会被跳过`,
};

const job: typeof english.job = {
  begun: (name) => `任务 ${name}：已开始。其他机器用同一条命令加入`,
  joined: (name, begunAt) => `任务 ${name}：已加入（开始于 ${localTimeOf(begunAt)}）`,
  differs: (name, differences) =>
    `任务 ${name} 是另一个任务：${differences}。请使用它原来的命令，或用 --job 为本任务另取名称`,
  difference: (option, there, here) => `${option} 在那里是 ${there}，在这里是 ${here}`,
  notGiven: '未指定',
  isFed: '它从输入读取 key（请用 --role fetch 加入）',
  lists: '它自己列出 SOURCE（请用 mirror 或 --role fetch 加入）',
  relistedForAudit: '按照 --audit 重新列出 SOURCE。已完成的内容不会重新下载',
  relistedForMissing: '队列中缺少批次或列表页，因此重新列出 SOURCE。已完成的内容不会重新下载',
  tooManyPasses: (passes) =>
    `SOURCE 已列出 ${passes} 次，仍有批次不在任何机器上：存储桶一直在变化，或者队列丢失消息。请查看 sluice status --queue`,
  lost: (batches, name) =>
    `任务 ${name} 有 ${formatCount(batches)} 个批次随队列丢失。请重新提供同一份输入：已完成的内容会被跳过`,
  waitsForFeeder: (name) =>
    `任务 ${name}：已读入的内容全部完成。正在等待提供输入的机器（如果该机器已丢失：sluice forget）`,
  waitsForInput: (name, feeders) =>
    `任务 ${name}：已读入的内容全部完成。正在等待 ${feeders} 读完输入（如果某台机器已丢失：sluice forget）`,
  waitsForFiles: (machines) =>
    `任务正在等待 ${machines}：那里的文件夹中有此存储桶的文件，不应重复下载。请在那里启动 Sluice，或移除该机器（sluice forget）`,
  grown: '有些文件夹在列出之后又增加了内容。本任务不下载新增的内容；请为此运行新任务',
};

const machine: typeof english.machine = {
  full: (bytes) =>
    `本机已满：没有空间再放一个 ${formatBytes(bytes)} 的批次。本机不再领取批次；放不下的内容由其他机器存储`,
  hasSpace: '本机又有空间，继续领取批次',
  allFull: '所有机器都没有空间，任务等待中。请在其中一台上释放空间，或让另一台机器加入',
  banned: (name, ofLists, seconds) =>
    `${name} 被服务器禁止访问（${ofLists ? '列表' : '对象'}请求），因此所有机器等待 ${seconds} 秒`,
  requeued: (why, batches) => `${why}。存储在那里的 ${formatCount(batches)} 个批次退回队列，由其他机器重新下载`,
  batchFile: (path, why) => `无法使用 ${path}：${why}。请释放一些空间或修复磁盘，然后再次运行同一条命令`,
  atWork: (name, pid, host) => `${name} 正在工作（${host} 上的进程 ${pid}）。请先停止它`,
  leaves: '本机退出任务',
};

export const queue: typeof english = { unusable, unreadable, strange, connection, job, machine };
