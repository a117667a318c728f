// A command that goes wrong in one place: the built modules once more, one of them behind another that looks the same but
// goes wrong in one of its exports. (A loader hook would do the same, but starts a thread in each process, for 0.3 s of
// processor time.)

import {
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunOptions } from '../cli/harness.js';
import { parsePlan } from './plan.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const SABOTEUR = new URL('./saboteur.js', import.meta.url).href;

/** Export of a module → where the modules lie of which this one is sabotaged. */
const copies = new Map<string, string>();
after(() => {
  for (const folder of copies.values()) rmSync(folder, { recursive: true, force: true });
});

/** Options of a run that follows a plan; see `parsePlan`. */
export function sabotage(text: string): Pick<RunOptions, 'cli'> & { env: Record<string, string> } {
  const { module, name } = parsePlan(text)!;
  const place = `${module} ${name}`;
  const folder = copies.get(place) ?? copyOf(module, name);
  copies.set(place, folder);
  return { cli: join(folder, 'dist/src/cli/main.js'), env: { SLUICE_SABOTAGE: text } };
}

function copyOf(module: string, name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sabotaged-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  place('package.json', folder);
  for (const part of ['dist/src', 'dist/pipelines']) {
    for (const file of readdirSync(join(ROOT, part), { recursive: true }) as string[]) {
      if (file.endsWith('.js')) place(join(part, file), folder);
    }
  }
  const path = join(folder, 'dist/src', `${module}.js`);
  const whole = path.replace(/\.js$/, '.whole.js');
  // The name moves, and the file that it shares with the build stays as it is.
  renameSync(path, whole);
  const from = JSON.stringify(`./${whole.slice(dirname(whole).length + 1)}`);
  writeFileSync(
    path,
    `export * from ${from};
import { ${name} as whole } from ${from};
import { sabotaged } from ${JSON.stringify(SABOTEUR)};
export const ${name} = sabotaged(whole);
`,
  );
  return folder;
}

function place(path: string, folder: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  try {
    linkSync(join(ROOT, path), join(folder, path));
  } catch {
    // Another file system.
    copyFileSync(join(ROOT, path), join(folder, path));
  }
}
