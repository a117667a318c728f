/** Errors of the operating system in words. Node's own text names only the call and the path. */
import { TooLargeError } from '../lib/files/small-file.js';
import { say } from './say.js';

/**
 * `EROFS: read-only file system, open '/a'` → `the file system is read-only (EROFS, open '/a')`. Other texts stay. Leaves
 * out a path that the reader knows already.
 */
export function systemText(error: unknown, knownPath?: string): string {
  if (error instanceof TooLargeError) return say.disks.tooLarge(error.sizeBytes, error.limitBytes);
  const { code = '', message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const meaning = meaningOf(say.disks.system, code);
  // A text of our own says more than the meaning of its code.
  if (meaning === undefined || !message.startsWith(`${code}: `)) return message;
  const call = /^[^,]*, (.*)$/s.exec(message)?.[1]?.replace(` '${knownPath}'`, '');
  return say.disks.cause(meaning, call === undefined ? code : `${code}, ${call}`);
}

/** What to do about it: `; …`, or nothing where that is not known. */
export function remedyFor(error: unknown): string {
  const { code = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  const remedy = meaningOf(say.disks.remedies, code);
  return remedy === undefined ? '' : say.disks.remedy(remedy);
}

function meaningOf(table: Readonly<Record<string, string>>, code: string): string | undefined {
  return Object.hasOwn(table, code) ? table[code] : undefined;
}
