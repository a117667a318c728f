// Writes into `dist` what is no code: the help topics, the scripts for shells, the page of the dashboard, and from which commit
// it is built.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
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

const PAGE = `${ROOT}dist/src/web/page`;
const UPLOT = `${ROOT}node_modules/uplot`;
cpSync(`${ROOT}src/web/page/index.html`, `${PAGE}/index.html`);
// In this order: what is narrow or printed changes what stands before it.
const STYLES = ['colours', 'head', 'numbers', 'charts', 'lists', 'tables', 'controls', 'narrow'];
const style = STYLES.map((name) => readFileSync(`${ROOT}src/web/page/style/${name}.css`, 'utf8'));
writeFileSync(`${PAGE}/page.css`, style.join('\n'));
cpSync(`${UPLOT}/dist/uPlot.min.css`, `${PAGE}/uplot.css`);
// Its small form is a script and no module; its license goes with it.
const license = readFileSync(`${UPLOT}/LICENSE`, 'utf8');
const uplot = readFileSync(`${UPLOT}/dist/uPlot.iife.min.js`, 'utf8');
writeFileSync(`${PAGE}/uplot.js`, `/*\n${license}*/\n${uplot}\nexport default uPlot;\n`);

writeFileSync(`${ROOT}dist/build.json`, `${JSON.stringify(build())}\n`);
