/** In Chinese: see `en/help/completion.ts`. */
import type { completion as english } from '../../en/help/completion.js';

export const completion: typeof english = {
  summary: '打印 shell 的命令补全脚本',
  version: '显示版本、提交、Node 和平台',
  default: '默认值',
  stdin: '从标准输入读取的对象',
  wrongShell: (shells) => `Sluice 不支持该 shell 的补全；支持的有 ${shells.join('、')}；没有打印任何内容`,
  noShell: (shells) => `请指定 shell（${shells.join('、')}）：变量 SHELL 不是其中之一；没有打印任何内容`,
  oneShell: (count) => `只能指定一个 shell，不能是 ${count} 个；没有打印任何内容`,
  unknownOption: (option) => `未知选项 ${option}；没有打印任何内容`,
  see: '参见：sluice completion --help',
  description: `打印脚本，让 shell 补全命令、选项和选项的值。
不指定 shell 时，使用变量 SHELL 所指的 shell。

安装后请打开新的 shell：
  bash  d=~/.local/share/bash-completion/completions; mkdir -p $d
        sluice completion bash > $d/sluice
  zsh   sluice completion zsh > "\${fpath[1]}/_sluice"
  fish  sluice completion fish > ~/.config/fish/completions/sluice.fish
或者只在当前 shell 中使用（bash、zsh）：
  source <(sluice completion bash)`,
};
