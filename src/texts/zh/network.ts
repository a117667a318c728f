/** In Chinese: see `en/network.ts`. */
import { localTime } from '../../lib/text/local-time.js';
import { formatCount, formatSeconds } from '../../lib/text/units.js';
import type { network as english } from '../en/network.js';

const about = (what: string, why: string) => `${what}：${why}`;

const connecting: typeof english.connecting = {
  refused: (at, code) => `${at || '服务器'} 拒绝连接（${code}）。请检查主机和端口，并确认服务器正在运行`,
  unknownName: (host, code) => `本机的 DNS 查不到域名 ${host || '（服务器）'}（${code}）。请检查拼写`,
  noLookup: (host, code) =>
    `本机的 DNS 没有响应，无法解析域名 ${host || '（服务器）'}（${code}）。请检查本机的网络和 DNS`,
  noRoute: (at, code) => `本机没有到 ${at || '服务器'} 的路由（${code}）。请检查本机网络`,
  noAddress: (code) => `本机没有空闲的地址或端口来建立新连接（${code}）。请调低 --max-connections`,
  notPublic: (address: string) =>
    `它的地址 ${address} 不是公网地址，而 --untrusted 只允许公网地址，所以没有向它发送任何内容`,
  silent: (seconds) => `${seconds} 秒内没有建立连接。请检查主机和端口；防火墙可能丢弃了本机发出的包`,
  timedOut: (at, code) => `${at || '服务器'} 没有及时响应（${code}）。请检查网络；防火墙可能丢弃了本机发出的包`,
};

const tls: typeof english.tls = {
  notSpoken: '服务器在该端口不支持 TLS。请检查端口，或把 https:// 改为 http://',
  refused: (code) =>
    `服务器拒绝建立 TLS 连接（${code}）：它只接受其他版本或加密套件、不认识该域名，或者要求客户端证书。请检查主机和端口`,
  onlyTls: '服务器在该端口只支持 TLS。请把 http:// 改为 https://',
  expired: (code) => `服务器的证书不受信任：证书已过期（${code}）。请检查本机时钟；如果时钟正确，服务器需要更换证书`,
  notYetValid: (code) => `服务器的证书不受信任：证书尚未生效（${code}）。请检查本机时钟`,
  otherName: (code) => `服务器的证书不受信任：证书属于另一个域名（${code}）。请检查填写的主机名`,
  selfSigned: (code) =>
    `服务器的证书不受信任：证书不是由 CA 签发的（${code}）。如果确实是这台服务器，请用 --ca-cert 指定它的证书`,
  unknownAuthority: (code) => `服务器的证书不受信任：本机不认识签发它的 CA（${code}）。请用 --ca-cert 指定该 CA 的证书`,
  other: (code) => `服务器的证书不受信任（${code}）。请检查主机名、时钟和 --ca-cert`,
};

const proxy: typeof english.proxy = {
  login: '代理返回 HTTP 407：它不接受 HTTP_PROXY、HTTPS_PROXY 或 ALL_PROXY 中的用户名或密码',
  refused: (status) => `代理返回 HTTP ${status}，没有建立连接。请确认代理允许访问该主机，或把该主机写进 NO_PROXY`,
  asked: (address) => `Sluice 通过代理 ${address} 访问：请同时检查 HTTP_PROXY 和 HTTPS_PROXY`,
  problem: (variable, why, host) =>
    `${variable}：应为 HTTP 代理的 URL，例如 http://HOST:PORT，但${why}。如果不用代理，请取消该变量，或把 ${host} 写进 NO_PROXY`,
  otherScheme: (scheme) => ` ${scheme}:// 不是 HTTP 代理`,
  noUrl: '它不是 URL',
  portZero: '端口 0 无效',
  hasPath: '它带有路径',
  percent: '用户名或密码中的 % 必须写成 %25',
};

const answer: typeof english.answer = {
  status: (status, detail) => `服务器返回 HTTP ${status}${detail === '' ? '' : `（${detail}）`}`,
  redirect: (status, to) =>
    `服务器返回 HTTP ${status}，把请求转到 ${to}。Sluice 不跟随重定向：请给出正确的 --endpoint 或 --domain`,
  reset: (code) => `连接中断（${code}）：服务器或途中的设备关闭了它。如果持续出现，请检查网络`,
  closed: '响应还没有传完，服务器就关闭了连接。如果持续出现，请检查网络',
  failed: (detail) => `连接失败：${detail}。如果持续出现，请检查网络`,
  late: (seconds) => `${seconds} 秒内没有响应。如果线路很慢，请调高 --timeout`,
  stopped: (seconds) => `正文传输停止：${seconds} 秒内没有收到任何字节。如果线路很慢，请调高 --timeout`,
  slow: (bytesPerSecond, seconds) =>
    `正文传输太慢：${seconds} 秒内低于每秒 ${bytesPerSecond} 字节。请调高 --timeout，或调低 --max-connections`,
  notHttp: (detail) => `响应不是 HTTP：${detail}。请检查主机和端口`,
  tooLong: (bytes) => `响应超过了 ${bytes} 字节的上限`,
  interim: (limit) => `服务器发送了 ${limit} 个临时响应，却没有最终响应`,
  truncated: (received, promised) =>
    promised === undefined
      ? `正文只传了 ${received} 字节就结束了`
      : `正文只传了 ${received} / ${promised} 字节就结束了`,
};

const contact: typeof english.contact = {
  none: (where, why) => `${where} 在本次运行中没有任何响应：${why}。尚未尝试的对象留待以后：请再次运行同一条命令`,
  otherReason: (message) => `${message}。请检查地址`,
  closes: '它不响应就关闭连接。请检查端口',
  closesPlain: '它不响应就关闭连接。那里是否需要 https://？也请检查端口',
  noHttp: (why) => `Sluice 看不懂它的响应，那不像是 HTTP（${why}）。请检查端口`,
  noHttpPlain: (why) => `Sluice 看不懂它的响应，那不像是 HTTP（${why}）。是否需要 https://？也请检查端口`,
  silent: '它接受连接，但没有任何响应。请检查主机和端口',
  silentPlain: '它接受连接，但没有任何响应。请检查主机和端口，以及是否需要 https://',
};

const outage: typeof english.outage = {
  listings: '列表',
  objects: '对象',
  down: (requests, sinceMs, why) =>
    `提供${requests}的服务器自 ${localTime(sinceMs)} 起无法访问：${why}。Sluice 会等待，至少每 30 秒再试一次；对象不会因此失败`,
  up: (requests, downMs) => `提供${requests}的服务器在 ${formatSeconds(downMs / 1000)} 后恢复响应。复制继续进行`,
  ofOther: '本任务的另一台机器得不到服务器的响应',
};

const hosts: typeof english.hosts = {
  down: (origin, sinceMs, why) =>
    `${origin} 自 ${localTime(sinceMs)} 起没有响应：${why}。其对象等待，Sluice 会再试。其他服务器不受影响`,
  manyDown: (count) => `到目前为止有 ${formatCount(count)} 台服务器没有响应。此处不再逐一列出，失败清单中都有`,
  up: (origin, downMs) => `${origin} 在 ${formatSeconds(downMs / 1000)} 后恢复响应`,
  gaveUp: (origin, downMs) =>
    `${origin} 已有 ${formatSeconds(downMs / 1000)} 没有响应（--host-wait），而其他服务器有响应。其对象计为失败；等它恢复后，用 fetch 处理失败清单`,
  givenUp: (origin, sinceMs, why) =>
    `${origin} 自 ${localTime(sinceMs)} 起没有响应：${why}。Sluice 不再等待（--host-wait）`,
  notUsable: (origin, why) => `无法使用 ${origin}：${why}`,
  noneAnswers: (why) => `列表中没有一台服务器有响应：${why}。请检查本机的网络和这些 URL，然后再次运行同一命令`,
};

export const network: typeof english = {
  hosts,
  about,
  connecting,
  tls,
  proxy,
  answer,
  contact,
  outage,
  recycled: (origin) => `没有任何进展，Sluice 关闭了到 ${origin} 的所有连接，并重新建立连接`,
  ended: (origin) => `运行结束，Sluice 关闭了到 ${origin} 的连接`,
  stalled: (times, stallMs) =>
    `连续 ${times} 次在 ${Math.round(stallMs / 100) / 10} 秒内没有任何进展，尽管 Sluice 已重新建立所有连接。上面的消息说明了它在等待什么。已存储的内容仍然有效：请再次运行同一条命令`,
  openFiles: (detail) =>
    `打开的文件过多（${detail}）。Sluice 会等待，减少连接后继续，不会丢失对象。调高上限（ulimit -n）后会更快`,
  tooManyFiles: (detail) =>
    `打开的文件过多（${detail}）。已存储的内容仍然有效。请调高上限（ulimit -n），然后再次运行同一条命令`,
  shortFile: (detail) => `${detail}。是否有其他程序写入了 .sluice？请再次运行同一条命令`,
  unexpected: (detail) => `意外错误：${detail}`,
};
