// The sources as text, for tests of what they import.

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Tests are compiled to `dist/test`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface SourceFile {
  /** Relative to the project, with slashes. */
  readonly path: string;
  readonly text: string;
}

function filesIn(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true }) as string[])
      .map((name) => posix.join(folder, name.replaceAll('\\', '/')))
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

export const FILES = filesIn('src', 'pipelines');
export const TESTS = filesIn('test');

const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|new URL\(\s*)'(\.[^']*)'/g;

/** Every import between files of the project, from these ones. */
export function importsOf(files: readonly SourceFile[]): { from: string; to: string }[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(IMPORT)]
      .map(([, target]) => posix.join(posix.dirname(path), target!).replace(/\.js$/, '.ts'))
      .filter((to) => to.endsWith('.ts'))
      .map((to) => ({ from: path, to })),
  );
}
