/** Keys that cannot be derived from their path. They were recorded when they were stored. */
import { closeSync, openSync, readSync } from 'node:fs';
import { isShortOfFiles } from '../../errors.js';
import { LineSplitter } from '../../lib/streams/lines.js';
import type { NameRules } from '../../model/names/name-rules.js';
import { keyOf } from '../../model/names/names.js';

/** More than a usual bucket has. Keys beyond this limit are shown by their path. */
const REMEMBERED_NAMES = 100_000;
const CHUNK_BYTES = 256 * 1024;

export type RecordedNames = (path: string, rules: NameRules) => string | undefined;

/** The first call reads the file. A missing file has no records. */
export function readRecordedNames(file: string): RecordedNames {
  const known = new Map<NameRules['folding'], Map<string, string>>();
  return (path, rules) => {
    let names = known.get(rules.folding);
    if (names === undefined) {
      names = read(file, rules);
      known.set(rules.folding, names);
    }
    return names.get(rules.fold(path));
  };
}

function read(file: string, rules: NameRules): Map<string, string> {
  const names = new Map<string, string>();
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    return names;
  }
  try {
    const splitter = new LineSplitter();
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (;;) {
      const length = readSync(fd, chunk, 0, chunk.length, null);
      const lines = length === 0 ? splitter.flush() : splitter.push(Buffer.from(chunk.subarray(0, length)));
      for (const { text } of lines) enter(names, text, rules);
      if (length === 0) return names;
    }
  } finally {
    closeSync(fd);
  }
}

function enter(names: Map<string, string>, line: string, rules: NameRules): void {
  try {
    const { key, path } = JSON.parse(line);
    if (typeof key !== 'string' || typeof path !== 'string' || names.size >= REMEMBERED_NAMES) return;
    // A disk that folds names may list them in another case, and then the key cannot be derived from the path.
    if (rules.folding !== undefined || keyOf(path, rules) === undefined) names.set(rules.fold(path), key);
  } catch {
    // A kill cut this line off.
  }
}
