/** 体检（doctor）对目标磁盘的发现与建议。 */
import type { doctorDisks as english } from '../../en/doctor/disks.js';

export const doctorDisks: typeof english = {
  join: '，',
  writable: (root, scratch) => `${root}：可以写入（用 ${scratch} 中的小文件试过，随后已删除）`,
  creatable: (root, base, scratch) =>
    `${root}：目录尚不存在，可以在 ${base} 中创建（用 ${scratch} 中的小文件试过，随后已删除）`,
  refused: {
    'not-folder': (root, base, _why) => `${root}：不能写入，因为 ${base} 不是目录`,
    kernel: (root, base, _why) => `${root}：不能写入，因为 ${base} 属于内核，不是磁盘`,
    'read-only': (root, base, _why) => `${root}：不能写入，因为 ${base} 所在的文件系统以只读方式挂载`,
    'no-permission': (root, base, _why) => `${root}：不能写入，因为当前用户没有 ${base} 的写权限`,
    'no-space': (root, base, _why) => `${root}：连一个小文件也写不进去，因为 ${base} 所在的磁盘已满，或配额已用完`,
    unusable: (root, _base, why) => `${root}：不能写入（${why}）`,
  },
  refusedAdvice: {
    'not-folder': '请换一个 --to，或移走那个文件',
    kernel: '请给出磁盘上的目录',
    'read-only': '请重新以可写方式挂载（mount -o remount,rw）；如果是系统改成只读的，磁盘可能已损坏：见 dmesg',
    'no-permission': '请修改该目录的所有者或权限，或以其所有者的身份运行 Sluice',
    'no-space': '请释放一些空间或 inode，或换一个 --to',
    unusable: '请检查磁盘是否已挂载、是否正常（dmesg）',
  },
  frozen: '其中已有的文件仍然有效',
  noAnswer: {
    sync: (root, seconds) => `${root}：刷写整个磁盘超过 ${seconds} 秒`,
    other: (root, seconds) => `${root}：磁盘在 ${seconds} 秒内没有响应`,
  },
  noAnswerAdvice: (scratch) =>
    `复制时也会卡住：请检查磁盘，或网络挂载的服务器（dmesg）${scratch === undefined ? '' : `；恢复响应后，如果 ${scratch} 还在，请删除`}`,

  hasCopy: (root, done) => `${root}：已有一份可以继续的复制（SOURCE 已完成 ${done}）`,
  locked: (root, pid, command) => `${root}：${command} 正在运行（进程 ${pid}）`,
  lockedAdvice: '请等它结束或停止它，再向该目录复制：不能同时运行两个',

  type: (root, type, meaning) => `${root}：文件系统 ${type}：${meaning}`,
  kinds: {
    ext: '适合复制；如果没有 large_dir 特性，单个目录在约一千万个文件名时可能会满',
    disk: '适合复制',
    memory: '位于本机内存中',
    layer: '是容器的可写层',
    network: '位于网络上；每个文件需要多次往返，断电后能保留什么取决于其服务器',
    foreign: '为其他系统设计；名称和时间可能受限（见下面各行），小文件较慢',
    program: '由单独的程序提供（FUSE）；速度和可靠性取决于该程序',
    unknown: 'Sluice 对它没有特别的了解',
  },
  typeAdvice: {
    memory: '本机重启后所有文件都会丢失，并且占用内存：请给出磁盘上的目录',
    layer: '容器删除后所有文件都会丢失：请给出卷或宿主机挂载的目录',
  },
  free: (root, free, total, files) =>
    `${root}：共 ${total}，空闲 ${free}${files === undefined ? '；该文件系统不限制文件数量' : `，最多还可存 ${files} 个文件（空闲 inode）`}`,
  full: (message) => `${message}：除去预留部分（--reserve 和 1% 的 inode），已没有空间`,
  fullAdvice: '请释放一些空间、调小 --reserve，或再加一个 --to',

  plainNames: (root, bytes) => `${root}：名称保持原样：区分大小写，保留所有字符，最长 ${bytes} 字节`,
  oddNames: (root, what) => `${root}：该磁盘会改变或拒绝某些名称：${what}`,
  folds: '不区分大小写',
  refuses: '拒绝某些字符',
  reserved: '拒绝某些完整的名称',
  shortNames: (bytes) => `名称最长 ${bytes} 字节`,
  oddNamesAdvice:
    '这样的对象会以别的名称存储，并记录在 .sluice/names.ndjson 中；要保留所有名称，请使用 ext4 或 xfs 磁盘',
  times: (root, stepMs, until) => {
    const step = stepMs === 1 ? '毫秒' : stepMs < 1000 ? ` ${stepMs} 毫秒` : ` ${stepMs / 1000} 秒`;
    return `${root}：文件时间精确到${step}${until === undefined ? '' : `，最晚到 ${until} 年`}；Sluice 按此精度比较`;
  },
  timesAdvice: '较新的对象在那里会有错误的时间：请换用其他文件系统',
  sync: (root, fileMs, diskMs) => `${root}：刷写一个小文件用时 ${fileMs} ms，刷写整个磁盘用时 ${diskMs} ms`,
  slowSync: '这很慢：请保持 --durability barrier（不要用 file）；其他程序大量写入该磁盘时，复制需要等待它们',
  noSyncfs: (root, fileMs, why) => `${root}：刷写一个小文件用时 ${fileMs} ms；不能一次刷写整个磁盘（${why}）`,
  noSyncfsAdvice: '复制时会逐个文件刷写，因此较慢：请安装 coreutils 8.24 或更新的版本（sync -f）',

  sameDevice: (roots) => `${roots} 位于同一设备：共用它的空间和速度`,
  sameDeviceAdvice: '请为每块磁盘给出一个目录；所有磁盘都挂载了吗？',
  enough: ({ usable, left, disks }) => `${disks} 块磁盘的空间足够：可用 ${usable}，SOURCE 还剩 ${left}`,
  tooSmall: ({ usable, left, disks }) => `${disks} 块磁盘的空间不够：可用 ${usable}，SOURCE 还剩 ${left}`,
  tooSmallAdvice: '请再加一个 --to、释放一些空间，或只复制一部分（SOURCE/prefix、--include）',
  fewInodes: (objects, files) => `复制约需 ${objects} 个文件，而磁盘最多还可存 ${files} 个（空闲 inode）`,
  fewInodesAdvice: '请再加一个 --to，或以更多 inode 创建文件系统（mkfs.ext4 -i 16384）',
};
