/** In Chinese: see `en/disks/index.ts`. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import type { disks as english } from '../../en/disks/index.js';
import { journal } from './journal.js';

const system: typeof english.system = {
  EACCES: '当前用户没有权限',
  EBUSY: '正被其他程序占用',
  EDQUOT: '当前用户的磁盘配额已用完',
  EEXIST: '已有同名的文件或目录',
  EFBIG: '文件超过了文件系统允许的大小',
  EINVAL: '文件系统不接受这个请求',
  EIO: '磁盘读写出错，可能已损坏',
  EISDIR: '这是目录，不是文件',
  ELOOP: '符号链接形成了循环',
  ENAMETOOLONG: '名称或路径太长',
  ENODEV: '磁盘已不存在',
  ENOENT: '没有这个文件或目录',
  ENOSPC: '磁盘已满',
  ENOTDIR: '路径中有一段是文件，不是目录',
  ENOTEMPTY: '目录不为空',
  ENXIO: '磁盘已不存在',
  EPERM: '系统禁止此操作，当前用户也不例外',
  EROFS: '文件系统是只读的',
  ESTALE: '网络文件系统已不认得这个目录',
  EUCLEAN: '文件系统已损坏（请用 fsck 检查）',
};

const remedies: typeof english.remedies = {
  EACCES: '请给当前用户写权限，或换一个目录',
  EDQUOT: '请腾出空间或提高配额，然后重新运行',
  EIO: '请检查磁盘，或换一个目录',
  ENOSPC: '请腾出空间，然后重新运行',
  EPERM: '请换一个目录，或检查它的属性（lsattr）',
  EROFS: '请以可写方式挂载，或换一个目录',
};

export const disks: typeof english = {
  cause: (meaning, detail) => `${meaning}（${detail}）`,
  remedy: (text) => `；${text}`,
  system,
  remedies,
  journal,

  content: {
    size: (got, expected) => `收到 ${formatCount(got)} 字节，应为 ${formatCount(expected)} 字节；该内容未保存`,
    digest: (kind, got, expected) => `内容的 ${kind} 是 ${got}，而服务器给出的是 ${expected}；该内容未保存`,
    etag: (got, expected) => `内容的 MD5 是 ${got}，而输入行给出的是 ${expected}：列举之后对象已变化；该内容未保存`,
  },

  names: {
    refused: '这块磁盘不接受这样的名称；请使用 --names escape',
    ownFolder: (folder) => `在这块磁盘上，这个名称等于 ${folder}/，那是 Sluice 自己的目录；请使用 --names escape`,
    taken:
      '这块磁盘把该名称当成另一个文件的名称，那个文件属于别的对象，或不是 Sluice 保存的；请移走那个文件，或使用 --names escape',
    tooLong: '名称最长 255 字节，路径最长 4,096 字节；请使用 --names escape，或给对象改名',
    conflict: '需要目录的地方有一个文件，或需要文件的地方有一个目录；请使用 --names escape，或把它移走',
    linePart: '磁盘只写入了一行的一部分',
    unwritable: (file, why) =>
      `${file} 无法写入：${why}。Sluice 在其中记录哪个文件属于哪个对象，因此不再保存文件：请腾出空间或修复磁盘，然后重新运行`,
  },

  unusable: (why) => `目标目录无法使用：${why}`,
  notSame: '它已不是原来的目录（磁盘被卸载，或目录被删除）',
  notMounted: (root) => `${root} 没有挂载`,
  isLink: (path) => `${path} 是符号链接，必须是目录；请删除该链接`,
  threadFailed: (root, why) => `${root}：写这块磁盘的线程出错（${why}）；已保存的文件不受影响：请重新运行同一条命令`,
  threadEnded: (root) => `${root}：写这块磁盘的线程已结束；已保存的文件不受影响：请重新运行同一条命令`,
  tooLarge: (bytes, limitBytes) => `它有 ${formatCount(bytes)} 字节，而这种文件最多 ${formatCount(limitBytes)} 字节`,
  unreadable: (path, why) => `${path} 无法读取：${why}`,
  ownersUnreadable: (path, why) =>
    `${path} 无法读取：${why}。这块磁盘不区分大小写，只有该文件记录了哪个文件属于哪个对象：请修复磁盘，然后重新运行`,
  unsynced: (root, why) => `${root} 无法同步到磁盘：${why}`,
  syncFailedBefore: '之前某次运行的同步失败，磁盘可能丢失了文件',
  syncExit: (code) => `sync 的退出码是 ${code}`,

  space: {
    unknown: '剩余空间未知',
    inodes: (free) => `只剩 ${formatCount(free)} 个 inode，无法再保存文件`,
    free: ({ freeBytes, promisedBytes, reserveBytes }) =>
      `剩余 ${formatBytes(freeBytes)}${promisedBytes > 0 ? `（其中 ${formatBytes(promisedBytes)} 留给正在传输的对象）` : ''}，其中 ${formatBytes(reserveBytes)} 由 Sluice 保留（--reserve）`,
    folderFull: '但空间和 inode 都还有：可能是目录的索引已满（ext4 的一个目录约可容纳 1000 万个名称）',
    tooLarge: (bytes, spaces) =>
      `没有磁盘能容纳它的 ${formatBytes(bytes)}（${spaces.join('；')}）；较小的对象仍可保存：请腾出空间，然后再获取它`,
    endless: (bytes, space) =>
      `服务器没有给出大小，收到 ${formatBytes(bytes)} 后磁盘已没有空间（${space}）；该内容未保存`,
    tooLittle: (bytes, space) => `放不下这个 ${formatBytes(bytes)} 的对象：${space}`,
    none: (disks) =>
      `没有磁盘能继续保存文件：${disks.join('；')}。请腾出空间或修复磁盘，然后重新运行同一条命令：已保存的文件会跳过`,
  },

  state: {
    silent: '无法查询其中的文件：磁盘被卸载、被删除或已损坏',
    frozen: '文件系统以只读方式挂载。其中的文件仍然有效，等它可写之后，下一次运行会再次使用它',
    digestsLost: (why) => `从现在起不再记录新文件的 MD5（${why}）；文件照常保存，但 verify --checksum 能比较的会变少`,
    noSync: '系统没有 `sync -f`，因此 Sluice 逐个同步文件，速度较慢（--durability file）',
  },

  marker: {
    unreadable: (path, why) => `${path} 无法读取：${why}；请修复磁盘；如果该目录已不属于任何副本，请删除这个文件`,
    invalid: '它没有描述副本的目录',
    missing: (root, missing, all) =>
      `${root} 存有副本的一部分，另一部分在 ${missing}，但 --to 中没有给出它；请全部给出：${all.map((path) => `--to ${path}`).join(' ')}`,
    unmounted: (root) =>
      `${root} 属于这个副本，但它是空的：磁盘没有挂载？否则 Sluice 会把其中的文件再下载一遍。（如果它已彻底丢失：请在其他目录中删除 .sluice/volume.json 和 .sluice/journal。）`,
    first: (root) => `请把 --to ${root} 放在最前面：副本的状态保存在那里；其他目录放在它后面`,
  },

  kinds: { none: '不存在的', file: '文件', folder: '目录', link: '符号链接', other: '管道、套接字或设备' },
  fileOrFolder: '文件或目录',
  misplaced: (path, kind, expected) => `目标目录无法使用：${path} 是${kind}，必须是${expected}；请把它移走`,

  own: {
    missing: (names) => `to：Sink 需要 has、put、flush 和 close 这些方法；缺少：${names.join('、')}`,
    roots: 'to：Sink 的 roots 必须是各个位置的名称，至少一个',
    broken: (what) => `${what}：这违反了 Sink 的约定`,
    notRead: (key) => `Sink 没有把 ${JSON.stringify(key)} 读完`,
    putPlace: (key, place, last) => `Sink 把 ${JSON.stringify(key)} 放到位置 ${place}，但它的位置是 0 到 ${last}`,
    hasPlace: (key, place, last) => `Sink 说 ${JSON.stringify(key)} 在位置 ${place}，但它的位置是 0 到 ${last}`,
    answers: (given, asked) => `Sink 对 ${asked} 个查询给出了 ${given} 个回答`,
    notTaken: (why) => `Sink 没有接受它：${why}`,
    onlyPlaceFull: (root, why) => `${root} 不再接受对象，而 Sink 没有其他位置：${why}`,
    noAnswer: (why) => `Sink 无法说明它有哪些对象：${why}`,
    notFlushed: (why) => `Sink 接受的内容还没有落盘：${why}`,
    notClosed: (why) => `Sink 无法关闭：${why}`,
  },
};
