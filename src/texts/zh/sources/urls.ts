/** 关于 URL 列表的错误和消息。 */
import type { urls as english } from '../../en/sources/urls.js';

export const urls: typeof english = {
  list: 'URL 列表',
  noUrl:
    '不是 http:// 或 https:// 的 URL（没有给出 SOURCE，所以每一行都必须是 URL；如果是存储桶里的 key，请加 --from SOURCE）',
  notUnicode: 'URL 不是有效的 Unicode',
  backslash: 'URL 的主机后面有反斜杠，请改成斜杠',
  noHost: 'URL 没有主机，或主机无法访问',
  badLogin: '读不出 URL 里的用户名或密码：特殊字符请写成百分号编码',
  twoLogins: 'URL 里有用户名，headers 里又有 "authorization"，请只给一个',
  noJson: '不是有效的 JSON',
  urlMissing: '没有 "url"，或者它不是字符串',
  keyNoText: '"key" 不是字符串',
  noFolder: '这是目录，URL 列表里没有目录',
  headersNoObject: '"headers" 不是由文本组成的对象',
  headerName: '"headers" 里有一个名称不能用作请求头',
  headerOwn: (name: string) => `"headers" 里有 ${name}，它由 Sluice 自己设置`,
  headerValue: (name: string) => `请求头 ${name} 的值无法发送`,
  headerTwice: (name: string) => `"headers" 里 ${name} 出现了两次`,
  headersAreLeftOut: (names: readonly string[]) =>
    `请求这个 URL 时带了 ${names.join('、')}，它可能是机密，所以没有写进清单。请再给一次原来的列表：已经存好的不会再下载`,
  sameKey: (key: string) =>
    `这个列表里另一个 URL 的 key 也是 ${JSON.stringify(key)}，会互相覆盖。请给其中一个写上自己的 "key"`,

  about: (key: string, why: string) => `${JSON.stringify(key)}：${why}`,
  request: (url: string) => `GET ${url}`,
  status: (what: string, status: number) => `${what}：HTTP ${status}`,
  fewer: (what: string, status: number) => `${what}：HTTP ${status}，服务器要求减少请求`,
  notAllowed: (what: string, status: number) =>
    `${what}：HTTP ${status}，服务器不允许这个用户读取。请检查 URL、用户名和请求头`,
  nothing: (what: string, status: number) => `${what}：HTTP ${status}，这个 URL 没有内容，请检查`,
  notConditional: (what: string) => `${what}：没有问是否变化，服务器却回答了 304`,
  noLocation: (what: string, status: number) => `${what}：HTTP ${status}，但没有 Sluice 能跟随的 Location`,
  tooManyRedirects: (what: string, limit: number) => `${what}：重定向超过 ${limit} 次`,
  loop: (what: string) => `${what}：重定向又回到了已经请求过的 URL`,
  downgrade: (what: string, to: string) =>
    `${what}：从 https 重定向到 http（${to}），网络上的其他人能读取和篡改内容，所以 Sluice 不跟随`,
  otherSize: (what: string, bytes: number, listed: number) => `${what} 有 ${bytes} 字节，但列表里写的是 ${listed}`,
  otherEtag: (what: string) => `${what} 的 ETag 和列表里的不同：它已经变了`,
  noEnd: (what: string) => `${what}：回答里没有说明内容在哪里结束，所以没有存。可以在列表里写上 "size"`,
  encoded: (what: string, encoding: string) =>
    `${what} 发来的是压缩内容（Content-Encoding ${encoding}），而 Sluice 没有要求压缩。如果要的就是这些字节，请在列表里写上 "size" 或 "md5"`,
  part: (what: string) => `${what}：Sluice 要的是全部内容，服务器只发来一部分`,
  oldRedirect: (why: string) => `${why}。该地址来自较早的重定向，可能已失效，Sluice 将重新请求原 URL`,
  notRest: (what: string) => `${what}：传输中断，服务器接着发来的不是剩下的内容`,
  noRest: (what: string, why: string) => `${what}：传输中断，服务器不给剩下的内容（${why}）。将从头重新下载`,

  noSource: (problem) =>
    `${problem}。URL 要写在输入里，每行一个：sluice fetch --to DIR < urls.txt。存储的地址用 --endpoint 给出`,
  noFolderToStore: '--to：没有给出。URL 列表没有自己的目录名，请给出存放目录',
  noQueue: '--queue：不能用于 URL 列表。请给每台机器分一部分列表',
  alone: (flag) => `${flag}：只用于 URL 列表。请去掉它，或去掉 SOURCE`,
  untrustedProxy: '--untrusted：不能经过代理，因为地址由代理选择。请取消设置 HTTP_PROXY、HTTPS_PROXY 和 ALL_PROXY',
  state: (path: string, why: string) =>
    `${path} 无法写入：${why}。已经存好的不受影响；下次运行可能会重新下载其中一部分`,
};
