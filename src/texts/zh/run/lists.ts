/** In Chinese: see `en/run/lists.ts`. */
import type { lists as english } from '../../en/run/lists.js';

export const lists: typeof english = {
  failuresFile: '失败清单',
  goneFile: '消失清单',
  unwritable: (what, path, why) =>
    `无法写入${what} ${path}：${why}。请在那里释放一些空间，或用 --failures 指定另一个文件`,
  jobFailures: (path, why) =>
    `无法写入 ${path}：${why}。运行需要用它记录失败的对象。请释放一些空间或修复磁盘，然后再次运行同一条命令`,
  manifest: (path, why) => `无法写入清单文件 ${path}：${why}。请在那里释放一些空间，或指定另一个文件`,
  noInput: (why) => `无法读取标准输入：${why}。已存储的内容仍然有效。请重新提供全部输入；已有的对象会被跳过`,
  terminalGone: '终端已关闭，输入可能没有全部读完',
  outputClosed: '输出已关闭',
};
