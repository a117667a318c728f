/** In Chinese: see `en/sources/objects.ts`. */
import type { objects as english } from '../../en/sources/objects.js';

const key = (text: string) => JSON.stringify(text);

const answer: typeof english.answer = {
  isFolder: (of) => `${key(of)} 是文件夹：服务器返回的是它的列表，因此不写文件`,
  size: (of, bytes, listed, modified) =>
    `${key(of)} 有 ${bytes} 字节，但列表中是 ${listed} 字节${modified === undefined ? '' : `（最后修改于 ${modified}）`}。对象已变化，请重新列出 SOURCE`,
  noEnd: (of) => `${key(of)}：响应没有说明正文在哪里结束，因此不存储`,
  part: (of) => `${key(of)}：服务器只发送了一部分（带有 Content-Range），而 Sluice 请求的是整个对象`,
  encoded: (of, encoding) =>
    `${key(of)} 以压缩形式返回（Content-Encoding ${encoding}），而 Sluice 没有请求压缩。请换一个 --domain，或不用 --domain`,
  notRest: (of) => `${key(of)}：正文传输中断，服务器随后发送的不是其余部分。该对象需要从头重新下载`,
  noRest: (of, why) => `${key(of)}：正文传输中断，服务器不提供其余部分。该对象需要从头重新下载（${why}）`,
  noObject: (of, what) => `${key(of)}：服务器返回 200 和${what}，这不可能是该对象。没有存储。请检查 key 和 --domain`,
  noVersion: (of, what) =>
    `${key(of)}：服务器返回 200 和${what}，这不可能是它的图片版本。没有存储。请检查 --variant 和 --domain`,
  html: '一个 HTML 页面',
  json: '一段 JSON',
  xml: '一段 XML',
  nothing: '空的正文',
  tooLong: (of, bytes) => `${key(of)}：收到的内容超过预期的 ${bytes} 字节。对象可能已变化，请重新列出 SOURCE`,
};

const unsafe: typeof english.unsafe = {
  empty: 'key 为空',
  slash: 'key 以斜杠开头',
  nul: 'key 中含有 NUL 字符',
  notUnicode: 'key 不是有效的 Unicode',
  emptySegment: 'key 中有一段为空',
  relative: (segment) => `key 中有一段是 “${segment}”`,
  state: (folder) => `key 指向 ${folder}/ 之内`,
};

const hint: typeof english.hint = {
  lineFeeds: "key 中含有回车或换行：输入以换行分隔各行（tr '\\r' '\\n'）",
  url: '它像一个 URL：key 是相对于 SOURCE 的',
  beginning: 'key 不以斜杠或点开头',
  blanks: 'key 的首尾有空白',
  encoded: '它像是经过百分号编码',
  backslashes: 'key 中含有反斜杠',
  folder: '它像文件夹的名称：只能下载对象，`list` 可以列出对象',
  header: '它像表格的表头',
  csv: '它像 CSV 的一行',
  row: '它像列表的一行',
  meant: (look, meant) => `${look}：key 可能是 ${key(meant)}`,
};

const finding: typeof english.finding = {
  notStored: (reason) => `没有存储：${reason}`,
  size: (bytes) => `文件有 ${bytes} 字节`,
  time: (time) => `文件的时间是 ${time}`,
  interrupted: 'verify 被中断，没有询问源',
  noMd5: '没有记录它的 MD5，也没有 SOURCE 给出它的校验值',
  ofSource: (kind, found, expected) => `${kind} 是 ${found}，源的 ${kind} 是 ${expected}`,
  ofStored: (kind, found, expected) => `${kind} 是 ${found}，存储时是 ${expected}`,
};

export const objects: typeof english = {
  answer,
  unsafe,
  hint,
  finding,
  notStored: (reason) => `没有存储：${reason}。请在源端重命名该对象，或使用 --names escape`,
  unnameable: (reason) => `没有存储：${reason}。请在源端重命名该对象`,
  badLine: (reason) => `无效的输入行：${reason}`,
  notFound: (of, look, why) => `没有 key 为 ${key(of)} 的对象${look === undefined ? '' : `（${look}）`}：${why}`,
  unwanted: 'Sluice 不需要正文的其余部分',
  probe: 'Sluice 只需要一个响应',
  diskGone: (roots) => `${roots} 中有一个无法再读取：已被卸载、删除或损坏。请修复后再次运行同一条命令`,
  diskSilent: (of) => `${key(of)}：有一块磁盘没有回答是否已有该对象。请修复磁盘，然后重新下载该对象`,
};
