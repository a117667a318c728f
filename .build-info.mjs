// Writes into `dist` what is no code: the help topics, the scripts for shells, and from which commit it is built.
import { execFileSync } from 'node:child_process';
import { cpSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

function git(...args) {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

/** Nothing without git, or where these files lie in a checkout of something else. */
function build() {
  try {
    if (realpathSync(git('rev-parse', '--show-toplevel')) !== realpathSync(ROOT)) return {};
    return {
      commit: git('rev-parse', '--short', 'HEAD'),
      isModified: git('status', '--porcelain', '--untracked-files=no') !== '',
    };
  } catch {
    return {};
  }
}

cpSync(`${ROOT}src/cli/completion/scripts`, `${ROOT}dist/completion`, { recursive: true });
cpSync(`${ROOT}src/cli/topics`, `${ROOT}dist/topics`, { recursive: true });
writeFileSync(`${ROOT}dist/build.json`, `${JSON.stringify(build())}\n`);
