/** --include and --exclude: globs on keys. */
import picomatch from 'picomatch';

export interface Filter {
  accepts(key: string): boolean;
  /** Whether nothing below this folder can be accepted, so that it need not be listed. */
  isPruned(directory: string): boolean;
}

/** A pattern without a slash matches the last name at any depth, one with a slash the whole key; dots are nothing special. */
const OPTIONS: picomatch.PicomatchOptions = { basename: true, dot: true, windows: false };

/** Accepts a key when some include matches (or there is none) and no exclude does. */
export function createFilter({ include, exclude }: { include: readonly string[]; exclude: readonly string[] }): Filter {
  const isIncluded = include.length === 0 ? () => true : picomatch([...include], OPTIONS);
  const isExcluded = exclude.length === 0 ? () => false : picomatch([...exclude], OPTIONS);
  // `old/**` excludes everything below `old`. The base has to match the folder itself, hence no basename rule here.
  const bases = exclude.filter((glob) => glob.endsWith('/**') && glob.length > 3).map((glob) => glob.slice(0, -3));
  const isPruned = bases.length === 0 ? () => false : picomatch(bases, { ...OPTIONS, basename: false });
  return {
    accepts: (key) => isIncluded(key) && !isExcluded(key),
    isPruned: (directory) => isPruned(directory),
  };
}
