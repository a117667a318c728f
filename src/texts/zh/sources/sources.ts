/** In Chinese: see `en/sources/sources.ts`. */
import type { sources as english } from '../../en/sources/sources.js';
import { objects } from './objects.js';
import { upyun } from './upyun.js';

const listing: typeof english.listing = {
  folder: (key) => `文件夹 ${JSON.stringify(key)}`,
  scope: (text) => `范围 ${JSON.stringify(text)}`,
  beginning: (name) => `${name}……（名称已截断）`,
  about: (name, why) => `${name}：${why}`,
  whole: (name, why) => `${name} 无法列出：${why}`,
  partly: (name, why) => `${name} 无法完整列出：${why}`,
  toEnd: (name, why) => `${name} 没有列到末尾：${why}`,
  onePage: (name, why) => `${name} 无法完整列出，其中一页无法读取：${why}`,
  interrupted: (name) => `${name} 在上次被中断的运行中没有完整列出，可能缺少对象。请用 fetch 处理失败清单`,
  noBucket: (url, why) => `${url} 不存在。请检查 SOURCE（${why}）`,
  repeats: '服务器重复返回列表：它给出了以前给过的游标',
  noProgress: (pages) => `服务器重复返回列表：连续 ${pages} 页没有新内容`,
  indistinct: (name, other) =>
    `${name}：服务器用这个名称列出的是 ${JSON.stringify(other)} 的内容，因此不复制。请在源端重命名该文件夹`,
  tooRelative: (name, limit) =>
    `${name}：路径中有超过 ${limit} 个名称为空、“.” 或 “..”，因此不列出。请在源端重命名该文件夹`,
  longPath: (name, bytes) => `${name}：路径超过 ${bytes} 字节，因此不列出。请在源端重命名该文件夹`,
  longText: (name, bytes) => `${name}：文本超过 ${bytes} 字节，因此不列出`,
  folderGone: (name, why) => `${name} 在列出上级文件夹之后被删除（${why}）`,
  contradiction: (why, found) => `${why}。但是${found}：请稍后再次运行同一条命令`,
  saysThere: '服务器又说该文件夹存在',
  stillNamed: (parent) => ` ${parent} 仍然列出该文件夹`,
  tooManyPages: (parent, pages) => ` ${parent} 超过 ${pages} 页，Sluice 没有在其中全部查找该文件夹`,
  notKnown: (why) => `无法确认该文件夹是否已删除：${why}`,
  sourceGone: '服务器对 SOURCE 本身也返回 404',
};

const own: typeof english.own = {
  noSource: 'from：请给出文本形式的 SOURCE，或一个 Source',
  missing: (names) => `from：Source 应有方法 get 和 close。缺少：${names}`,
  noUrl: 'from：Source 应有文本形式的 url',
  noListPage: 'from：Source 的 lister 应有方法 listPage',
  gave: (key, what) => `${JSON.stringify(key)}：Source 给出了${what}`,
  listerGave: (scope, what) => `${JSON.stringify(scope)}：lister 给出了${what}`,
  badEntry: (problem) => `lister 给出的条目无法使用：${problem}`,
  noEntries: '没有 entries 的页',
  noList: (name) => `不是文本列表的 ${name}`,
  itself: '把自身列为子范围的范围',
  noCursor: '不是文本的游标',
  keyNoText: 'key 不是文本',
  sizeNoNumber: (size) => `size 不是字节数：${size}`,
  noTime: (mtimeMs) => `mtimeMs 不是时间：${mtimeMs}`,
  etagNoText: 'etag 不是文本',
  noMd5: 'md5 不是 MD5',
  noObject: '空值，而不是对象',
  noBytes: '不是 Uint8Array 的 bytes',
  noDigest: '与其种类不符的 digest（应为小写十六进制）',
  noContent: '既没有 bytes 也没有 stream 的对象',
  failed: (why) => `Source 出错：${why}`,
};

export const sources: typeof english = {
  listing,
  objects,
  own,
  upyun,
  stripped: (where) => `${where}：已去掉值两端的空白`,
  form: (forms) => `SOURCE 的格式必须是 ${forms.join(' 或 ')}`,
  noUrls: (url) => `${url} 没有 URL，\`list --urls\` 无内容可输出`,
  signedUrls: (seconds) => `每个 URL 的签名在输出 ${seconds} 秒后失效；需要更久请用 --cdn-token-valid`,
  notListed: (url) => `${url} 不支持列表。请把要复制的 key 交给 \`sluice fetch\``,
  noSource: '此操作需要 SOURCE。请用 --from 指定',
};
