/** In Chinese: see `en/errors.ts`. */
import type { errors as english } from '../en/errors.js';

export const errors: typeof english = {
  verdicts: {
    retry: 'Sluice 会重试，最多 --retries 次；仍不成功则计为失败。',
    throttle: 'Sluice 会减少请求并重试，不占用重试次数。',
    skip: '计为失败（退出码 1），运行继续。',
    fatal: '已存的文件保留，再次运行同一命令即可继续。',
  },
  classes: { retry: '重试', throttle: '放慢', skip: '跳过', fatal: '结束运行' },
  codes: {
    ERR_UNREACHABLE: {
      what: '本机连不上服务器：连接被拒绝、域名无法解析、没有路由或没有响应',
      todo: '无需处理；若持续出现，检查服务器地址和网络',
    },
    ERR_HOST_UNREACHABLE: {
      what: 'URL 列表中的某台服务器在 `--host-wait` 时间内没有响应，或其证书无效，而其他服务器有响应；或者重定向指向的服务器没有响应',
      todo: '等该服务器恢复响应后，用 fetch 处理失败清单',
    },
    ERR_NETWORK: { what: '连接被重置，或过早关闭', todo: '无需处理；若持续出现，检查网络' },
    ERR_TIMEOUT: { what: '在 `--timeout` 内没有响应，或没有收到新的数据', todo: '线路较慢时，调大 `--timeout`' },
    ERR_SERVER: {
      what: '服务器返回 5xx、408 或 499；或者列 SOURCE 时也返回 404，且不带 API 的错误码',
      todo: '无需处理；稍后用 fetch 处理失败清单',
    },
    ERR_TRUNCATED: { what: '收到的数据少于服务器声明的长度', todo: '无需处理；Sluice 会从头重新下载' },
    ERR_SIZE: { what: '对象的大小与列表中的不同', todo: '重新列一次：对象在此之后有改动' },
    ERR_DIGEST: {
      what: '收到的数据的 MD5 或其他校验值与服务器给出的不同',
      todo: '重新下载；若仍然如此，说明源端的对象已损坏',
    },
    ERR_ETAG: { what: '收到的数据的 MD5 与输入行的 `etag` 不同', todo: '重新列一次：对象在此之后有改动' },
    ERR_CHANGED: {
      what: '下载中断，且无法证明服务器给出的剩余部分属于同一个对象',
      todo: '无需处理；Sluice 会从头重新下载',
    },
    ERR_ENCODED: {
      what: 'Sluice 没有要求压缩，但对象以压缩形式返回',
      todo: '服务器、CDN 或代理在途中做了压缩，所以 Sluice 只再请求一次：请直接访问存储（换一个 `--domain` 或 `--endpoint`），或让它按原样发送；在 URL 列表里，`size` 或 `md5` 说明要的就是这些字节',
    },
    ERR_PROTOCOL: { what: '服务器的响应与请求不符', todo: '检查 `--endpoint` 和 `--domain`' },
    ERR_NOT_OBJECT: {
      what: '返回 200，但内容是 HTML 页面、JSON 或空，而不是对象（在无法比较大小时检查）',
      todo: '检查 key、`--domain` 和 `--variant`',
    },
    ERR_LISTING: {
      what: '某个目录没有列完整：行格式错误，或某一页缺失或重复',
      todo: '用 fetch 处理失败清单',
    },
    ERR_DISK: { what: '磁盘暂时拒绝了一个文件', todo: '查看消息' },
    ERR_VOLUME_OUT: { what: '一块磁盘不再接受文件', todo: '无需处理；Sluice 会存到另一块磁盘' },
    ERR_INTERNAL: { what: '意外情况：Sluice 的缺陷', todo: '请附上消息反馈' },
    ERR_THROTTLED: {
      what: '服务器要求放慢（429，或带 Retry-After 的 503）',
      todo: '无需处理；若持续出现，调小 `--max-connections` 或 `--concurrency`',
    },
    ERR_OPEN_FILES: {
      what: '本进程或本机打开的文件和连接已达上限（EMFILE、ENFILE）',
      todo: '提高上限（`ulimit -n`）；在此之前 Sluice 使用较少的连接，无法继续时结束运行',
    },
    ERR_NOT_FOUND: {
      what: '没有这个 key 的对象（若列表中曾有，则计为已消失，而不是失败）',
      todo: '查看消息；输入行可能不是普通的 key',
    },
    ERR_NOT_SERVED: {
      what: '使用 `--domain` 或 `--variant` 时：返回 404，但 API 有这个对象，或无法向 API 查询',
      todo: '检查 `--domain` 和 `--variant`，稍后用 fetch 处理失败清单：CDN 会缓存 404 一段时间',
    },
    ERR_FORBIDDEN_OBJECT: { what: '服务器拒绝提供这个对象', todo: '检查存储桶或 CDN 的规则' },
    ERR_ARCHIVED: {
      what: '对象已归档（Glacier 等）：要先恢复，存储服务才会给出',
      todo: '在存储端恢复对象，再下载失败清单中的对象',
    },
    ERR_ENCRYPTED: {
      what: '对象用客户自己的密钥加密（SSE-C），Sluice 没有这个密钥',
      todo: '用持有密钥的工具下载',
    },
    ERR_REJECTED: { what: '服务器拒绝了请求，重试也不会成功（4xx）', todo: '查看消息' },
    ERR_REDIRECT: { what: '服务器把请求重定向到别处', todo: '给出正确的 `--endpoint` 或 `--domain`' },
    ERR_HOST_TLS: {
      what: 'URL 列表中某台主机的证书不受信任，或者它不支持 TLS；其他主机照常进行',
      todo: '检查 URL、本机时钟和 `--ca-cert`',
    },
    ERR_NOT_PUBLIC: {
      what: 'URL 或重定向的主机没有公网地址，而命令带了 `--untrusted`',
      todo: '如果不信任列表的来源，无需处理；否则去掉 `--untrusted`',
    },
    ERR_UNSAFE_KEY: {
      what: 'key 为空或不是有效的 Unicode；使用 `--names refuse` 时还包括：key 会指到 DIR 之外或 `.sluice/` 之内，或磁盘不接受这个名称',
      todo: '在源端重命名该对象',
    },
    ERR_NAME_TOO_LONG: {
      what: 'key 中的某个名称超过磁盘允许的长度',
      todo: '重命名该对象，或使用 `--names escape`',
    },
    ERR_PATH_CONFLICT: {
      what: '需要目录的位置已有文件，或需要文件的位置已有目录，或磁盘把这个名称当作另一个文件',
      todo: '把它移走，或使用 `--names escape`',
    },
    ERR_TOO_LARGE: { what: '没有磁盘能放下这么大的对象；较小的对象继续', todo: '腾出空间后重新下载' },
    ERR_DIFFERENT: { what: '`verify`：源与磁盘不一致', todo: '用 fetch 处理输出的行' },
    ERR_NOTHING_COMPARED: {
      what: '`verify`：输入为空，或过滤后没有剩余（退出码 1）',
      todo: '检查输入和过滤条件，或使用 `--allow-empty`',
    },
    ERR_BAD_LINE: { what: '输入行既不是 key，也不是有效的条目', todo: '更正该行后重新下载' },
    ERR_AUTH: {
      what: '服务器不接受凭据',
      todo: '检查密钥：upyun 为 UPYUN_OPERATOR 和 UPYUN_PASSWORD，s3 见 `sluice help sources`',
    },
    ERR_BUCKET: { what: '存储桶或目录不存在', todo: '检查 SOURCE' },
    ERR_TLS: {
      what: '服务器证书不受信任、名称或有效期不符，或其中一方没有使用 TLS',
      todo: '检查 `--endpoint` 和 `--domain`（http 或 https、名称）、本机时钟，以及 `--ca-cert`',
    },
    ERR_PROXY: {
      what: '代理不接受其用户（407）',
      todo: '检查 HTTP_PROXY、HTTPS_PROXY 或 ALL_PROXY 中的用户名和密码',
    },
    ERR_NO_CONTACT: {
      what: '本次运行中某个服务器从未响应；尚未尝试的部分留待以后处理',
      todo: '查看消息；检查 `--endpoint` 或 `--domain`、网络和代理，然后再次运行',
    },
    ERR_TOO_MANY_FOLDERS: {
      what: '等待列出的目录太多，内存放不下',
      todo: '用 SOURCE/prefix 或 `--include` 分几次复制',
    },
    ERR_LIST_ROOT: { what: '无法列出 SOURCE 本身', todo: '查看消息；稍后再次运行' },
    ERR_NO_SPACE: { what: '所有磁盘都已满、只读或损坏', todo: '腾出空间后再次运行' },
    ERR_VOLUME: { what: 'Sluice 无法使用目标目录', todo: '检查 `--to`' },
    ERR_STATE: { what: 'Sluice 无法写入 `.sluice` 中的任务文件', todo: '腾出空间或修复磁盘，然后再次运行' },
    ERR_STALLED: {
      what: '仍有工作，但在三倍 `--stall` 的时间内毫无进展，尽管 Sluice 已重新建立所有连接',
      todo: '查看有关磁盘和服务器的消息，然后再次运行',
    },
    ERR_QUEUE: { what: '使用 `--queue` 时：无法使用队列，或队列丢失了无法重新列出的工作', todo: '查看消息' },
    ERR_LOCKED: { what: '另一个进程正在使用同一个 DIR', todo: '等它结束，或停止它' },
    ERR_FAILURES_FILE: {
      what: 'Sluice 无法写入失败清单或已消失对象的清单',
      todo: '腾出空间，或用 `--failures` 指定另一个文件',
    },
    ERR_INPUT: { what: 'Sluice 无法读取标准输入', todo: '检查管道的输入' },
    ERR_OUTPUT: { what: 'Sluice 无法写入标准输出', todo: '检查标准输出的去向' },
    ERR_CONFIG: { what: '用法或配置错误（退出码 2）', todo: '更正消息中列出的每个问题' },
  },
};
