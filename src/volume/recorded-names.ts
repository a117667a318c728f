/** Keys whose path cannot be read backwards, as they were recorded when they were stored. */
import { closeSync, openSync, readSync } from 'node:fs';
import { LineSplitter } from '../flow/lines.js';
import { keyOf } from '../model/names.js';

/** More of them than any sensible bucket has are not remembered: they are then shown by their path. */
const REMEMBERED_NAMES = 100_000;
const CHUNK_BYTES = 256 * 1024;

/** Reads the file when it is asked for the first time. A file that is not there has recorded nothing. */
export function readRecordedNames(file: string): (path: string) => string | undefined {
  let names: Map<string, string> | undefined;
  return (path) => {
    names ??= read(file);
    return names.get(path);
  };
}

function read(file: string): Map<string, string> {
  const names = new Map<string, string>();
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return names;
  }
  try {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const length = readSync(fd, chunk, 0, chunk.length, null);
      const lines = length === 0 ? splitter.flush() : splitter.push(Buffer.from(chunk.subarray(0, length)));
      for (const { text } of lines) enter(names, text);
      if (length === 0) return names;
    }
  } finally {
    closeSync(fd);
  }
}

function enter(names: Map<string, string>, line: string): void {
  try {
    const { key, path } = JSON.parse(line);
    const isWanted = typeof key === 'string' && typeof path === 'string' && keyOf(path) === undefined;
    if (isWanted && names.size < REMEMBERED_NAMES) names.set(path, key);
  } catch {
    // A line that a kill cut off.
  }
}
