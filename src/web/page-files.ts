/** The files of the page: a fixed table, read at the start. No path comes from a URL. */
import { readFileSync } from 'node:fs';
import type { Answer } from './answers.js';

const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'uplot.js': 'text/javascript; charset=utf-8',
  'uplot.css': 'text/css; charset=utf-8',
} as const;

/** Path of the URL → the file. Leaves out what the folder does not have. */
export function readPageFiles(folder: URL): ReadonlyMap<string, Answer> {
  const files = new Map<string, Answer>();
  for (const [name, type] of Object.entries(TYPES)) {
    const body = contentOf(new URL(name, folder));
    if (body !== undefined) files.set(name === 'index.html' ? '/' : `/page/${name}`, { type, body });
  }
  return files;
}

function contentOf(file: URL): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
