/** Where a report may lie, and which form its name says. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type ReportForm = 'html' | 'json';

/** By the end of its name. Undefined: neither of them. */
export function formOf(path: string): ReportForm | undefined {
  if (/\.html?$/i.test(path)) return 'html';
  return /\.json$/i.test(path) ? 'json' : undefined;
}

/** Whether the file lies in a folder of the copy: an object could have its name. */
export function isInside(path: string, folder: string): boolean {
  return `${realPath(path)}/`.startsWith(`${realPath(folder).replace(/\/$/, '')}/`);
}

/** Also of a path that does not exist yet. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}
