/** In Chinese: see `en/sources/upyun.ts`. */
import type { upyun as english } from '../../en/sources/upyun.js';

const SOURCE = 'SOURCE 的格式必须是 upyun://BUCKET[/prefix]';

const credentials: typeof english.credentials = {
  missing: (names) => `${names} 没有设置：请用环境变量给出操作员，或用 --credentials 指定文件`,
  and: '和',
  noFile: (name, code) => `--credentials${name}：没有可读取的文件（${code}）`,
  form: (file) =>
    `--credentials ${file}：应为 UPYUN_OPERATOR=… 和 UPYUN_PASSWORD=… 两行、{"operator":…,"password":…}、operator:password，或者两行文本`,
  badName: (where) => `${where}：操作员名称中含有不允许的字符`,
  isOpen: (file) => `本机的其他用户可以读取 ${file}：请执行 chmod 600`,
  inFile: (name, file) => `${file} 中的 ${name}`,
  needed: '此操作需要 UPYUN_OPERATOR 和 UPYUN_PASSWORD',
};

const refusal: typeof english.refusal = {
  noBucket: (answer) => `存储桶不存在或已关闭。请检查 SOURCE（${answer}）`,
  credentials: (answer) =>
    `服务器不接受这组操作员名称和密码。请检查 UPYUN_OPERATOR 和 UPYUN_PASSWORD，并确认该操作员有权读取此存储桶（${answer}）`,
  clock: (answer) => `服务器不接受请求的时间：本机时钟不准。请校准时钟（${answer}）`,
  wantsCredentials: (answer) =>
    `${answer}。服务器要求登录才能访问此对象，而 Sluice 不向 --domain 发送凭据。请检查 CDN 的规则`,
  forbidden: (answer) => `${answer}。服务器拒绝提供此对象。请检查存储桶或 CDN 的规则`,
};

const confirm: typeof english.confirm = {
  about: (key, why, answer) => `${JSON.stringify(key)}：${why}（${answer}）`,
  notServed: ({ endpoint, domain, variant }) => {
    const version = variant === undefined ? '该对象' : `它的版本 ${variant}`;
    const options = [domain && '--domain', variant && '--variant'].filter(Boolean).join(' 和 ');
    return `${endpoint} 有该对象，但 ${domain ?? 'API'} 不提供${version}。请检查 ${options}`;
  },
  notAsked: (asked, endpoint) => `${asked} 返回 404，而且无法向 ${endpoint} 确认该对象是否已删除`,
  witness: (answer, found) =>
    `${answer}。这不是 API 的响应：它也没有列出 SOURCE（${found}）。请检查途中是否有网关或代理`,
};

const token: typeof english.token = {
  noDomain: '--cdn-token-file 用于给 CDN 域名的链接签名：请同时给出 --domain',
  form: (file) => `--cdn-token-file ${file}：应只有一行，即该域名的 Token 密钥`,
  noFile: (name, code) => `--cdn-token-file${name}：没有可读取的文件（${code}）`,
  wanted: (answer) => `${answer}。CDN 要求 Token 防盗链：请用 --cdn-token-file 给出该域名的密钥`,
  refused: (answer) =>
    `CDN 不接受这个 Token。请检查 --cdn-token-file 中是否是该域名的密钥，以及本机时钟是否准确（${answer}）`,
  refusedOne: (answer) => `${answer}。CDN 接受了其他对象的 Token，但不接受此对象的。请检查 CDN 的规则`,
};

const listing: typeof english.listing = {
  problem: (path, problem) => `${path}：${problem}`,
  noEnd: '列表既没有游标也没有结束标记。它是文件夹吗？',
  twoEnds: '列表头部的游标与正文中的游标不同',
  badCursor: '列表的游标无效',
  noJson: '服务器声明列表是 JSON，但内容不是',
  tooManyRows: (limit) => `这一页超过 ${limit} 行`,
  noRow: (row) => `列表中有一行格式不对：${row}`,
  cursors: '列表正文中没有游标，或有两个游标',
  noFiles: '列表中没有文件列表',
  twoFiles: '列表中有两个文件列表',
  noElement: '列表中有一个元素不是对象',
  noName: (name) => `列表中有一个元素没有名称，或有两个名称：${name}`,
  tooShort: '列表提前结束',
  badJson: (character, place) => `列表从第 ${character} 个字符起不是 JSON：${place}`,
  tooDeep: (levels) => `列表嵌套超过 ${levels} 层`,
};

const names: typeof english.names = {
  object: (key, problem) => `无法下载对象 ${JSON.stringify(key)}：${problem}`,
  folder: (key, problem) => `无法列出文件夹 ${JSON.stringify(key)}：${problem}`,
  odd: (key, type) => `无法下载 ${JSON.stringify(key)}：类型 ${type} 既不是对象也不是文件夹`,
  tooLong: (beginning, bytes) => `无法下载 ${JSON.stringify(beginning)}…：名称有 ${bytes} 字节或更长`,
  empty: '名称为空',
  slash: '名称中含有斜杠',
  notUtf8: '名称不是有效的 UTF-8',
};

export const upyun: typeof english = {
  noSource: SOURCE,
  loginInSource: `${SOURCE}；凭据应放在环境变量中，不要写在 SOURCE 里`,
  noBucketName: (bucket) => `${SOURCE}；“${bucket}” 不是存储桶名称`,
  badPrefix: (reason) => `${SOURCE}；前缀有误：${reason}`,
  noLine: (meant) =>
    `应为 http://host 或 https://host（不带路径），或线路名称：auto（v0，自动）、telecom（v1，电信）、unicom（v2，联通）、mobile（v3，移动）${meant === undefined ? '' : `。您是不是想输入 ${meant}？`}`,
  noUrls: '--urls：API 只向签名的请求提供对象；请用 --domain 给出该存储桶的 CDN 域名',
  credentials,
  refusal,
  confirm,
  token,
  listing,
  names,
  probe: 'Sluice 只需要头部',
};
