/** In Chinese: see `en/sources/s3.ts`. */
import type { s3 as english } from '../../en/sources/s3.js';

export const s3: typeof english = {
  credentialsHelp: 's3:// 用 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或 ~/.aws 的 profile。',

  secretInSource: 'SOURCE 的格式是 s3://BUCKET[/prefix]；密钥应放在环境变量里，不要写进 SOURCE',
  badBucket: (bucket) => `SOURCE 的格式是 s3://BUCKET[/prefix]；"${bucket}" 不是合法的存储桶名`,
  onlySlashes: 'SOURCE 的格式是 s3://BUCKET[/prefix]；前缀不能只有斜杠',
  badPrefix: (reason) => `SOURCE 的格式是 s3://BUCKET[/prefix]；前缀有问题：${reason}`,

  badEndpoint:
    'AWS_ENDPOINT_URL_S3、AWS_ENDPOINT_URL 或 profile 的 endpoint_url：应为 http://host 或 https://host，不带路径。--endpoint 优先于它们',
  badRegion: 'AWS_REGION、AWS_DEFAULT_REGION 或 profile 的 region：不是区域的名称。--region 优先于它们',
  directoryBucket: (bucket) =>
    `s3://${bucket} 是 Amazon 的目录存储桶（S3 Express One Zone），Sluice 不能复制：它需要会话，而且不按 key 的顺序列出。请用 Amazon 自己的客户端复制（aws s3 sync s3://${bucket} FOLDER），或者先复制到别的存储桶，再用 Sluice 从那里复制`,
  bucketBeforeAddress: (address) =>
    `--path-style never：存储桶名不能放在 IP 地址 ${address} 前面。请去掉 --path-style（在 mc 的 alias 里是 path），或用带域名的 --endpoint`,
  missing: (variable) => `没有设置 ${variable}：请同时设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY`,
  noProfile: (name) => `AWS_PROFILE：~/.aws/credentials 和 ~/.aws/config 里都没有 profile "${name}"`,
  badKey: (where) => `${where}：access key 或 token 里有不允许的字符`,
  openFile: (file) => `${file} 可以被本机其他用户读取；请执行 chmod 600`,
  noFile: (name, code) => `--credentials${name}：文件无法读取（${code}）`,
  noKeysIn: (file) =>
    `--credentials ${file}：应为 AWS_ACCESS_KEY_ID=… 和 AWS_SECRET_ACCESS_KEY=… 两行、profile、JSON、ACCESS:SECRET，或者两行文本`,
  noProvider: (name, names) =>
    `没有名为 ${JSON.stringify(name)} 的存储；可用的有 ${names.join('、')}；其他存储不要给这个选项`,
  mc: {
    noConfig: (path, code) => `--from-mc-alias：无法读取 ${path}（${code}）`,
    noJson: (path, { line, column }) =>
      `--from-mc-alias：${path} 不是可读的 JSON：见第 ${line} 行第 ${column} 列。请在那里改正（\`mc alias list\` 可以看出 mc 能否读取），或者不用 alias，直接给 --endpoint 和密钥`,
    noAliases: (path) =>
      `--from-mc-alias：${path} 不是 MinIO 客户端的配置：既没有 aliases，也没有 version。\`mc alias set\` 会写出一个`,
    badConfig: (path, version) =>
      `--from-mc-alias：${path} 里没有 Sluice 能读取的 alias（版本 ${version}；支持 8 到 10）。运行 \`mc alias list\` 会重写这个文件`,
    noAlias: (name, path, names) =>
      `--from-mc-alias：${path} 里没有 alias "${name}"${names.length === 0 ? '，也没有其他 alias' : `；有 ${names.join('、')}`}`,
    badUrl: (name) => `--from-mc-alias ${name}：url 应为 http://host 或 https://host，不能带路径`,
    oldSignature: (name) => `--from-mc-alias ${name}：api 是 S3v2，Sluice 不支持这种旧签名；需要 S3v4`,
    halfKeys: (name) => `--from-mc-alias ${name}：accessKey 和 secretKey 只有一个`,
  },
  noSdk: (command) =>
    `AWS_ACCESS_KEY_ID、~/.aws 和 --credentials 里都没有密钥。角色、SSO、进程、实例或容器的密钥需要 AWS SDK 的一个包：${command}。公开的存储桶请用 --no-sign-request`,
  badSdk: (why, command) => `无法加载 AWS SDK（${why}）。请重新安装：${command}`,
  noKeysFromChain: (text) =>
    `AWS SDK 没有找到密钥（${text}）；请设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或用 --credentials FILE。公开的存储桶请用 --no-sign-request`,

  notAccepted: (summary, advice) =>
    `服务器不接受这个请求（${summary}），Sluice 在此停止，已存储的文件保留。要继续：${advice}`,
  advice: {
    clock: '本机时钟与服务器相差太大：请校准',
    expired: '密钥已过期：换新的密钥，再运行同一条命令',
    secret: '请检查 secret key，以及 --region 和 --endpoint',
    region: '请用 --region 给出存储桶所在的区域',
    unsigned: '请求没有带密钥，而存储桶不是公开的。请给出密钥：去掉 --no-sign-request，并确认 mc 的 alias 里有密钥',
    noStore: '它没有像 S3 存储那样说明原因。请先检查 --endpoint 和代理，再检查密钥',
    keys: '请检查密钥，以及它是否有权列出并读取这个存储桶',
  },
  noBucket: (summary) =>
    `存储桶不存在或已关闭（${summary}），Sluice 在此停止，已存储的文件保留。请检查 SOURCE 和 --endpoint`,
  archived: (what, storageClass) =>
    `${what}：对象已归档${storageClass === undefined ? '' : `（${storageClass}）`}；请先在存储端恢复，再重新下载`,
  encrypted: (what) => `${what}：对象用客户自己的密钥加密（SSE-C），Sluice 没有这个密钥`,

  halfPage: '列表在文档中间断了',
  noPage: '返回的不是 S3 列表；请检查 --endpoint',
  noEnd: '列表没有说明后面是否还有 key',
  hiddenKeys:
    '列表里有 key 用了 S3 存储不会写的 XML 形式，或者有 Sluice 没有要求的文件夹。Sluice 读它会丢 key；请检查 --endpoint',
  noKey: '列表中有一行没有 key',
  noToken: '列表说后面还有 key，却没有说从哪里继续',
  noProgress: '列表没有进展：页里没有 key，却说后面还有',
  errorInside: (code) => `服务器返回 200，内容却是错误${code === undefined ? '' : ` ${code}`}`,
  foreignKey: (key) => `服务器列出了 ${key}，它不在请求的前缀之下`,
  wrongBegin: (after) => `服务器没有按要求从 ${after} 之后开始列出：这样会漏掉 key，所以 Sluice 在此停止`,
  wrongOrder: (before, key) =>
    `服务器把 ${key} 列在 ${before} 之后，不符合 UTF-8 字节顺序：这样会漏掉 key，所以 Sluice 在此停止`,
  announced: (after) => `服务器说 ${after} 之后还有 key，却没有给出：这样会漏掉 key，所以 Sluice 在此停止`,
  noRange: (text) => `${text}：不是 key 的范围`,
  invalidKey: (key) => `${key}：名字不是合法的 UTF-8`,

  otherSize: (key, size, listed) => `${key} 有 ${size} 字节，列表中是 ${listed} 字节；请重新列出`,
  otherEtag: (key) => `${key} 的 ETag 与输入行不同：它已被修改；请重新列出`,
  noLength: (key) => `${key} 的响应没有说明正文在哪里结束`,
  encoded: (key, encoding) => `${key} 的响应带有没有请求过的 Content-Encoding ${encoding}`,
  partial: (key) => `${key} 只返回了一部分（带有 Content-Range），而请求的是全部`,
  otherRest: (key) => `${key}：服务器给出的不是同一正文的剩余部分`,
  noRest: (key, why) => `${key}：剩余部分无法取得（${why}）`,
};
