/** In Chinese: see `en/options.ts`. */
import type { options as english } from '../en/options.js';

export const options: typeof english = {
  groups: {
    where: '位置',
    what: '范围',
    speed: '速度与限制',
    safety: '安全',
    output: '输出',
    machines: '多台机器',
  },
  common: {
    config: `选项文件（TOML 或 JSON），key 与选项名相同
命令行选项和环境变量优先于文件
收到 SIGHUP 时，运行中的任务重新读取其中的限制`,
    profile: `使用选项文件中的表 profiles.NAME
表内的值优先于表外的值`,
    from: (forms: string) => `key 所属的 SOURCE：${forms}（用于 "verify -" 时：标准输入中各 key 的 SOURCE）`,
    to: `存放文件的目录，对象存为 DIR/key
可重复，每块磁盘一个
第一个目录保存复制任务的状态`,
    reserve: `每块磁盘保留的空闲空间：1G 或 2%
另外始终保留 1% 的 inode`,
    durability: `断电后哪些数据不会丢失
barrier：任务已记录为完成的文件（多个文件一次 sync）
file：每个已存的文件
none：不保证`,
    names: `key 不能直接作为路径时（a//b、../x、过长）
escape：换一个文件名存放，记录在 .sluice/names.ndjson
refuse：按失败处理`,
    caCert: 'PEM 文件：除系统证书外还信任的证书',
    insecure: `接受任何证书：链路上的其他人可以读取并篡改所有内容
只能在命令行中给出`,
    untrusted: `用于他人提供的 URL 列表：只访问有公网地址的主机
重定向之后也一样；不能经过代理`,
    include: `只处理匹配的 key
可重复
不含斜杠时：匹配任意层级的最后一段名称`,
    exclude: `排除匹配的 key，优先于 --include
可重复
'dir/**'：该目录也不再列出`,
    limit: '只处理前 N 个对象',
    concurrency: `同时下载的对象数
auto：只要更快就继续增加
"list" 同时列出的目录数也不超过此值`,
    listConcurrency: `同时列出的目录数
auto：只要更快就继续增加，不超过 16，也不超过 --max-connections 的四分之一`,
    maxConnections: `到服务器的最大连接数（列目录与下载合计）`,
    perHost: `用于 URL 列表：同时发往一台服务器的请求数上限
--concurrency 是所有服务器合计的上限`,
    maxHosts: `用于 URL 列表：同时保持连接的服务器数上限
其余的等到有服务器空闲下来`,
    hostWait: `用于 URL 列表：一台服务器这么久没有响应，而其他服务器有响应时，不再等它
从未响应过的：最多等 30 秒
其对象计为失败，写入失败清单
off：一直等下去`,
    pageSize: `每次列目录请求的条数
服务器返回的可能更少`,
    retries: '首次尝试之后的重试次数（每个对象、列目录的每一页）',
    timeout: '一次尝试在这么久没有收到数据后结束',
    bwlimit: `下载对象的最大速率（字节/秒）：10M
按时段：'08:00,10M 23:00,off'
按星期：'Mon-08:00,1M …'`,
    rate: '每秒最多请求多少个对象',
    listRate: '每秒最多发出多少次列目录请求',
    stall: `这么久没有任何进展时：说明原因，并重新建立所有连接
连续第三次时结束运行（退出码 3）`,
    bufferSize: `等待写盘的对象最多占用的内存
大小未知的对象按 1M 计算`,
    queue: `通过 NATS JetStream 共享任务，服务器地址：nats://HOST:PORT 或 tls://HOST:PORT
多个服务器用逗号分隔
在每台机器上运行同一条命令
"verify" 只比较本机的部分`,
    job: `与 --queue 一起使用：任务名
第一台机器创建任务，其他机器加入`,
    role: `与 --queue 一起使用：本机的角色
list（或读取输入）、fetch 或 both`,
    fleet: `与 --queue 一起使用：--bwlimit、--rate 和 --list-rate 由所有机器共享`,
    audit: `与 --queue 一起使用：结束前再列一次 SOURCE，并下载缺少的对象`,
    lease: `与 --queue 一起使用：机器这么久没有心跳，其批次就交给其他机器
由创建任务的机器设定`,
    queueParts: `与 --queue 一起使用：队列中最多等待的批次数（每批最多 1,000 个对象）
超过时暂停列目录`,
    queueTokenFile: `与 --queue 一起使用：存放 token 的文件（或设置 SLUICE_QUEUE_TOKEN）`,
    queueUser: `与 --queue 一起使用：用户名
密码来自 --queue-password-file 或 SLUICE_QUEUE_PASSWORD`,
    queuePasswordFile: '与 --queue 一起使用：--queue-user 的密码文件',
    queueNkeySeedFile: '与 --queue 一起使用：nkey 种子文件',
    queueCreds: '与 --queue 一起使用：凭据文件（JWT 和 nkey）',
    queueTlsCa: `与 --queue 一起使用：签发服务器证书的 CA（PEM 文件）；同时启用 TLS`,
    queueTlsCert: '与 --queue 一起使用：本机证书（PEM 文件）',
    queueTlsKey: '与 --queue 一起使用：--queue-tls-cert 的私钥（PEM 文件）',
    worker: '机器名，见 "status --queue"',
    watch: `每两秒刷新一次，直到运行结束
（与 --queue 一起使用：直到任务完成）`,
    yes: '不询问',
    failures: `失败清单文件（对象和目录）
可以作为 "fetch" 的输入`,
    urls: `输出每个对象的 URL 而不是它的数据，
每行一个，供 "wget -i" 和 "aria2c -i" 使用`,
    manifest: `每存一个对象追加一行：
key、size、mtime、etag、md5、volume、checkedBy
可以作为 "verify -" 的输入`,
    checksum: `同时读取文件，将其 MD5 与以下之一比较：输入行的 etag 或 md5、存盘时记录的 MD5、源提供的校验值`,
    extra: '同时列出源中没有的本地文件',
    allowEmpty: `即使什么都没有比较，也以 0 退出（输入为空，或过滤后没有剩余）`,
    restart: `重新开始任务，而不是从上次的位置继续
已存的文件保留并跳过
也用于：把另一个 SOURCE 存到已使用的目录`,
    state: `记录列目录进度的文件
再次运行同一命令时从该处继续（可能重复输出某些行，但不会遗漏）`,
    dryRun: `不下载，不做任何改动
以 NDJSON 输出将要下载的对象`,
    progressInterval: '日志中两行进度之间的间隔（stderr 不是终端时，以及 --log-file）',
    logFile: `把发生的一切以 JSON 行写入该文件，与屏幕输出并行
--quiet 时也照写；每个进程用各自的文件`,
    logRotate: `--log-file 达到该大小时换新文件（保留最近九个：FILE.1 到 FILE.9）`,
    onEvent: `需要有人知道时，在 shell 中运行该命令
告警以 JSON 传入 stdin；参见 "sluice help alerts"`,
    webhook: `把同样的 JSON 发送到该 URL
含令牌的 URL 请写入 SLUICE_WEBHOOK`,
    webhookFormat: `auto、json、dingtalk、wecom 或 slack
auto：根据 --webhook 的主机判断`,
    webhookSecretFile: '与 --webhook 一起使用：存放签名密钥的文件',
    alertAfter: '服务器这么久没有响应，或一直要求放慢时，发出告警',
    alertFailures: '本次运行失败的对象超过该数目时，发出告警',
    dashboard: `在浏览器中显示运行情况：http://ADDR/ 的页面
HOST:PORT、:PORT（所有地址）或 PORT；不写 ADDR 时为 127.0.0.1:8190
其他机器可以访问的地址需要令牌，见 sluice help watching
后面的词只有看起来像地址时才是 ADDR`,
    metrics: `供 Prometheus 读取的指标：http://ADDR/metrics，没有页面
ADDR 同 --dashboard；--dashboard 也提供指标`,
    dashboardTokenFile: `--dashboard 和 --metrics 的令牌文件（或设置 SLUICE_DASHBOARD_TOKEN）
没有时，其他机器可以访问的地址会得到一个随机令牌`,
    report: `运行结束时写出报告，无论怎样结束
页面（.html）或数据（.json）；参见 "sluice help report"`,
    output: `报告的文件：.html 或 .json
- 表示 stdout`,
    json: '进度、消息和汇总以 JSON 行输出到 stderr',
    quiet: '不显示进度和汇总，只显示错误（与 --json 一起使用时仍输出汇总）',
    lang: `消息和帮助的语言：en 或 zh
不指定时 JSON 仍为英文`,
  },
  managing: {
    dashboard: `页面的地址：HOST:PORT、:PORT（所有地址）或 PORT
不写时为 127.0.0.1:8190；其他地址需要令牌`,
    to: `任务存放文件的目录（有多块磁盘时：任意一个）`,
    queue: `共享任务所在的服务器：nats://HOST:PORT 或 tls://HOST:PORT
多个服务器用逗号分隔`,
    job: '任务名（队列中只有一个任务时可省略）',
    state: '"list --state" 所用的状态文件',
    json: '以一行 JSON 输出结果',
  },
  defaults: {
    to: './BUCKET',
    reserve: '磁盘的 1%，不超过 1G',
    maxConnections: '256，或受打开文件数限制而更少',
    job: '取自 SOURCE',
    failures: 'DIR/.sluice/failures.ndjson；list 没有',
    lang: '取自系统区域设置',
    output: 'report.html；使用 --json 时为 stdout',
    progressInterval: '60s，使用 --json 时 5s',
  },
  upyun: {
    where: '凭据来自 UPYUN_OPERATOR 和 UPYUN_PASSWORD。',
    credentials: `存放操作员名和密码的文件，代替 UPYUN_OPERATOR 和 UPYUN_PASSWORD`,
    endpoint: `列目录所用的 REST API；未指定 --domain 时也从这里下载
也可写线路：auto、telecom（电信）、unicom（联通）、mobile（移动）`,
    domain: `从这个 CDN 域名下载，不签名
返回 404 时再向 API 确认`,
    cdnTokenFile: `存放 --domain 的 Token 防盗链密钥的文件：
每个链接在下载前才签名`,
    cdnTokenValid: '签名链接的有效时间',
    variant: `下载图片的这个版本：'!s400'
存放时使用原来的 key
不比较列出的大小
分隔符为短横线时：--variant=-s400`,
  },
  s3: {
    credentials: '存放 access key 和 secret key 的文件，代替 AWS_ACCESS_KEY_ID 和 profile',
    endpoint: `存储服务，例如 https://oss-cn-hangzhou.aliyuncs.com
默认：Amazon S3，或 AWS_ENDPOINT_URL_S3`,
    region: `存储桶所在区域
默认取 AWS_REGION、endpoint 的名字或服务器的响应`,
    pathStyle: `存储桶写在请求路径里
auto：由存储服务决定`,
    provider: `自有域名背后是哪家存储，例如 aliyun、huawei、qiniu（sluice help sources）
不给时按 endpoint 的名字判断`,
    requestPayer: '由本账号支付请求和流量费用',
    noSignRequest: '不用密钥：存储桶是公开的',
    fromMcAlias: `使用 MinIO 客户端（mc）这个 alias 的 endpoint 和密钥
其他选项优先`,
  },
  ofScheme: (scheme, help) => `用于 ${scheme}://：${help}`,
  noDefault: '无',
  either: (one, other) => `${one} 或 ${other}`,
};
