/** The completion of shells: the command, and what it says of words that no table explains. */

export const completion = {
  summary: 'print a script that completes commands in your shell',
  version: 'show the version, the commit, Node and the platform',
  default: 'the default',
  stdin: 'the objects named on stdin',
  wrongShell: (shells: readonly string[]) =>
    `Sluice cannot complete for this shell; it can for ${shells.join(', ')}; nothing was printed`,
  noShell: (shells: readonly string[]) =>
    `name your shell (${shells.join(', ')}): the variable SHELL names none of them; nothing was printed`,
  oneShell: (count: number) => `name one shell, not ${count}; nothing was printed`,
  unknownOption: (option: string) => `unknown option ${option}; nothing was printed`,
  see: 'see: sluice completion --help',
  /** Of the help, below its usage. */
  description: `Prints a script that completes commands, options and their values in your
shell. Without a name: for the shell that the variable SHELL names.

Install it, then open a new shell:
  bash  d=~/.local/share/bash-completion/completions; mkdir -p $d
        sluice completion bash > $d/sluice
  zsh   sluice completion zsh > "\${fpath[1]}/_sluice"
  fish  sluice completion fish > ~/.config/fish/completions/sluice.fish
Or only in this shell (bash, zsh):
  source <(sluice completion bash)`,
};
