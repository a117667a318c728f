// Interactive shells on a terminal, as users complete in them. What a line became is read from the arguments that a command
// `sluice` got: it writes them down, and only completes itself.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { onTerminal, skipWithoutTerminals } from '../terminals.js';
import { until } from './harness.js';

const CLI = fileURLToPath(new URL('../../../bin/sluice/main.js', import.meta.url));

export type Shell = 'bash' | 'zsh' | 'fish';

/** How each is told to complete, as `sluice completion --help` says it. */
const STARTS: Record<Shell, { args: string[]; files: Record<string, string>; install: string }> = {
  bash: { args: ['--rcfile', 'bashrc', '-i'], files: { bashrc: 'source scripts/bash\n' }, install: 'scripts/bash' },
  zsh: {
    args: ['-i'],
    files: { '.zshrc': 'unsetopt global_rcs; fpath=($PWD/zsh $fpath); autoload -Uz compinit; compinit -D -u\n' },
    install: 'zsh/_sluice',
  },
  // With this folder fish reads no manual pages in the background.
  fish: {
    args: ['-i'],
    files: { '.local/share/fish/generated_completions/none': '' },
    install: 'config/fish/completions/sluice.fish',
  },
};

export const SHELLS = Object.keys(STARTS) as Shell[];

/** For `test(name, { skip: skipWithout(shell) }, …)`. */
export function skipWithout(shell: Shell): string | false {
  if (spawnSync(shell, ['-c', 'exit 0']).status === 0) return skipWithoutTerminals();
  const missing = `no ${shell}: apt-get install ${shell}`;
  assert.notEqual(process.env.REQUIRE_SHELLS, '1', missing);
  return missing;
}

/** Types into an interactive shell in the folder, and returns the arguments of the command `sluice` that it ran. */
export async function typeInto(t: TestContext, shell: Shell, folder: string, keys: string): Promise<string[]> {
  const { args, files, install } = STARTS[shell];
  const put = (path: string, text: string, mode = 0o644) => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text, { mode });
  };
  const [line, done] = [join(folder, 'line'), join(folder, 'done')];
  put(
    'bin/sluice',
    `#!/bin/sh
[ "$1" = completion ] && exec "${process.execPath}" "${CLI}" "$@"
printf '%s\\n' "$@" > "${line}"; touch "${done}"
`,
    0o755,
  );
  for (const [path, text] of Object.entries(files)) put(path, text);
  const env = {
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    HOME: folder,
    ZDOTDIR: folder,
    XDG_CONFIG_HOME: join(folder, 'config'),
    TERM: 'xterm',
    LANG: 'C.UTF-8',
  };
  const script = spawnSync('sluice', ['completion', shell], { env });
  assert.equal(script.status, 0, script.stderr.toString());
  put(install, script.stdout.toString());
  const [program, ...rest] = [...onTerminal('012'), shell, ...args];
  const child = spawn(program!, rest, { cwd: folder, env });
  t.after(() => child.kill('SIGKILL'));
  let screen = '';
  child.stdout.on('data', (chunk: Buffer) => {
    screen += chunk;
  });
  child.stdin.write(`${keys}\r`);
  await until('the line of the shell', () => existsSync(done)).catch((error) => {
    throw new Error(`${error.message}\n${screen}`);
  });
  const isClosed = once(child, 'close');
  child.stdin.end();
  await isClosed;
  return readFileSync(line, 'utf8').trimEnd().split('\n');
}
