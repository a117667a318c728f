/** --include and --exclude: globs on keys. */
import { createRequire } from 'node:module';
import type picomatch from 'picomatch';

export interface Filter {
  accepts(key: string): boolean;
  /** Whether the filter excludes everything below this folder, so that it need not be listed. */
  isPruned(directory: string): boolean;
}

/**
 * Dots and a leading `!` are ordinary characters in a key (use --exclude for "not"); a backslash escapes; a line feed
 * is a character.
 */
const OPTIONS: picomatch.PicomatchOptions = { dot: true, nonegate: true, windows: false, flags: 's' };

/** Accepts a key if an include matches (or there is none) and no exclude matches. */
export function createFilter({ include, exclude }: { include: readonly string[]; exclude: readonly string[] }): Filter {
  const excluded = exclude.map(folderGlob);
  const isIncluded = include.length === 0 ? () => true : matcher(include.map(folderGlob));
  const isExcluded = exclude.length === 0 ? () => false : matcher(excluded);
  // `old/**` excludes everything below `old`, so its base is matched against the folder itself. (Extended globs such as
  // `!(a)` have another meaning without the rest of the pattern.)
  const bases = excluded.filter((glob) => /^[^()]+\/\*\*$/s.test(glob)).map((glob) => unanchored(glob.slice(0, -3)));
  const isPruned = bases.length === 0 ? () => false : compile(bases, OPTIONS);
  return {
    accepts: (key) => isIncluded(key) && !isExcluded(key),
    isPruned: (directory) => isPruned(directory),
  };
}

/** `old/` means everything in that folder. */
function folderGlob(glob: string): string {
  return glob.endsWith('/') ? `${glob}**` : glob;
}

/** `/a.jpg` means the object in SOURCE itself; keys have no leading slash. */
function unanchored(glob: string): string {
  return glob.startsWith('/') ? glob.slice(1) : glob;
}

/** A pattern without a slash matches the last name at any depth. A pattern with a slash matches the whole key. */
function matcher(globs: readonly string[]): (key: string) => boolean {
  const byName = globs.filter((glob) => !glob.includes('/'));
  const byKey = globs.filter((glob) => glob.includes('/')).map(unanchored);
  // With `basename` the library would match every pattern against the last name, so the two kinds are separate.
  const matchesName = byName.length === 0 ? () => false : compile(byName, { ...OPTIONS, basename: true });
  const matchesKey = byKey.length === 0 ? () => false : compile(byKey, OPTIONS);
  return (key) => matchesName(key) || matchesKey(key);
}

/** The library is loaded on demand: most runs have no globs. */
function compile(globs: string[], options: picomatch.PicomatchOptions): (key: string) => boolean {
  const library = createRequire(import.meta.url)('picomatch') as typeof picomatch;
  return library(globs, options);
}
