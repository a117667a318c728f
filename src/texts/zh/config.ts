/** In Chinese: see `en/config.ts`. */
import type { config as english } from '../en/config.js';

export const config: typeof english = {
  about: (place, why) => `${place}：${why}`,
  inFile: (name) => `配置文件中的 ${name}`,
  noValue: (value) => `缺少值（${value}）`,
  severalTimes: (times) => `给出了 ${times} 次，但只接受一个值`,
  oneOf: (options) => `${options.slice(0, -1).join('、')} 和 ${options.at(-1)}：只能给出其中一个`,
  renamed: (before, now) => `${before} 已改名为 ${now}；旧名称仍然有效`,
  twoNames: (before, now) => `${before} 和 ${now} 是同一个选项的两个名称，但取值不同：请只给出 ${now}`,

  report: {
    noPlace: '是哪个任务？请给出 --to DIR 或 --queue URL',
    ending: (file: string) => `报告的文件名必须以 .html 或 .json 结尾；现在是 ${file}`,
    isHtml: (file: string) => `有 --json 时文件名必须以 .json 结尾；现在是 ${file}`,
    noDryRun: '试运行不存放任何东西，所以没有报告',
    insideCopy: (path: string, folder: string) =>
      `${path} 在副本的目录 ${folder} 里，可能有对象用这个名字；请把报告放在外面`,
  },

  value: {
    unlike: (expected, got) => `应为${expected}，实际是 ${got}`,
    orAuto: (expected) => ` auto 或${expected}`,
    single: '应为一段文本，实际是列表',
    count: (min, max) => ` ${min} 到 ${max} 的整数`,
    duration: '时长，例如 500ms、30s 或 2m',
    durationOrOff: '时长，例如 500ms、30s 或 2m，或者 off',
    address: 'HOST:PORT、:PORT 或 PORT（2 以上），或 true、false',
    size: '大小，例如 512k、64M 或 1G',
    rate: '每秒请求数',
    words: (words) => ` ${words.join(' 或 ')}`,
    things: { 'a file': '文件', 'a name': '名称' },
    folder: '目录',
    pattern: '通配模式',
    name: '最多 64 个字母、数字、- 和 _',
    flag: ' true 或 false（是或否）',
    origin: '应为 http://host 或 https://host，不带路径',
    noCredentials: 'URL 中不能有密码；请通过环境变量给出',
    timetable: "速率，例如 10M、off，或 '08:00,10M 23:00,off'（至少 1k）",
    reserve: '大小（例如 1G）或比例（例如 2%）',
    queue: '应为 nats://HOST:PORT 或 tls://HOST:PORT',
    queueCredentials: 'URL 中不能有密码；请使用 --queue-token-file，或 --queue-user 和 --queue-password-file',
  },

  file: {
    unreadable: (path, why) => `--config：${path} 无法读取：${why}`,
    toml: (path, line, column, why) => `--config：${path} 第 ${line} 行第 ${column} 列：不是有效的 TOML（${why}）`,
    json: (path, line, column) => `--config：${path} 第 ${line} 行第 ${column} 列：不是有效的 JSON`,
    jsonEnd: (path, line) => `--config：${path} 第 ${line} 行：JSON 不完整`,
    noTable: (path) => `--config：${path} 的内容必须是选项的表`,
    unknown: (path, key) => `${path}：未知的选项 ${key}`,
    credentialsHint: '：密码来自环境变量，或 `credentials` 指定的文件',
    kind: (path, key) => `${path}：${key} 必须是文本、数字、true 或 false，或文本的列表`,
    noProfile: (path, name, known) =>
      `--profile：${path} 中没有 ${name}；有：${known.length === 0 ? '无' : known.join('、')}`,
    profileAlone: '--profile：还需要给出 --config：它是配置文件里的一个表。AWS 的 profile 请用 AWS_PROFILE 指定',
  },

  noSource: (forms) => `没有给出 SOURCE：请给出 ${forms}，或设置 SLUICE_SOURCE`,
  foreign: (option, owners, scheme) =>
    `${option}：这是 ${owners} 的选项，而${scheme === undefined ? '没有给出 SOURCE' : ` SOURCE 属于 ${scheme}://`}；请去掉它`,
  noComparedFolder: '--to：未给出；请给出要比较的目录',
  noJobFolder: '--to：未给出；请给出任务保存文件的目录，或给出 list 的 --state FILE',
  urlsAlone: (option) => `${option}：用于 list 时须与 --urls 一起使用`,
  urlsShared: '--urls：多台机器共享的 list 不输出任何内容；请去掉 --queue',
  restartAlone: '--restart：还需要给出 --state',

  insecure: '--insecure：Sluice 不检查证书，因此网络上的其他人可以读取和修改传输的全部内容',
  insecureFlag: 'insecure：请以选项 --insecure 给出；写在环境变量或文件中太容易被忘记',
  noCertificate: (path) => `--ca-cert：${path} 中没有证书（PEM）`,
  certificatesUnreadable: (path, why) => `--ca-cert：${path} 无法读取：${why}`,

  queue: {
    needed: (option) => `${option}：还需要给出 --queue`,
    noServer: '--queue：未给出；请给出服务器：nats://HOST:PORT',
    noJobName: '--job：未给出；没有 SOURCE 就无法得知任务名；请看：sluice jobs --queue URL',
    noJob: '--job：未给出；请看：sluice jobs --queue URL',
    noWorker: '--worker：未给出；请看：sluice status --queue URL --job NAME',
    noLimit: '--limit：不能与 --queue 同时使用：无法得知哪些对象在前',
    noRestart: '--restart：不能与 --queue 同时使用；请先删除任务：sluice remove --job NAME',
    noDryRun: '--dry-run：不能与 --queue 同时使用',
    noState: '--state：不能与 --queue 同时使用，队列会记住列举的进度',
    noPassword: '--queue-user：还需要给出 --queue-password-file 或 SLUICE_QUEUE_PASSWORD',
    noUser: '--queue-password-file：还需要给出 --queue-user',
    certAndKey: '--queue-tls-cert 和 --queue-tls-key：两者都要给出',
    blankSecret: (option) => `${option}：文件中只有空白`,
    emptyFile: (option) => `${option}：文件是空的`,
    noFile: (option, why) => `${option}：没有可读的文件（${why}）`,
    seed: '--queue-nkey-seed-file：其中没有用户的 seed（SU…，58 个字符）',
    creds: '--queue-creds：其中没有凭据（用户的 JWT，以及它的 nkey 的 seed：SU…，58 个字符）',
  },
};
