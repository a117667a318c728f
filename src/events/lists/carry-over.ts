/** Copies the failures of unfinished runs into the list of the next run, if that run does not finish either. */
import { createWriteStream, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fullDiskFs } from '../../lib/files/full-disk-fs.js';
import { linesOfList } from '../../lib/files/list-lines.js';
import type { GiveWay } from '../../lib/files/with-space.js';
import { isAlive } from '../../lib/process/process.js';

/** Sluice remembers this many keys, so that a list does not grow by repeated lines. More repeats do no harm. */
const REMEMBERED_KEYS = 100_000;

/** Lists that killed runs left beside `path`: `<path>.<pid>.part`. */
export function killedLists(path: string): string[] {
  const prefix = `${basename(path)}.`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && name.endsWith('.part'))
    .filter((name) => {
      const pid = Number(name.slice(prefix.length, -'.part'.length));
      return pid !== process.pid && !isAlive(pid);
    })
    .map((name) => join(dirname(path), name));
}

/** Appends to `target` the lines that only the earlier lists have. Then it removes the lists of killed runs. */
export async function carryOver(path: string, target: string, giveWay?: GiveWay): Promise<void> {
  const killed = killedLists(path);
  const keys = new Set<string>();
  for await (const line of linesOfList(target)) {
    if (keys.size < REMEMBERED_KEYS) keys.add(keyOf(line));
  }
  for (const earlier of [path, ...killed]) {
    if (!existsSync(earlier)) continue;
    const output = createWriteStream(target, { flags: 'a', ...fullDiskFs(giveWay) });
    await pipeline(Readable.from(missingLines(earlier, keys)), output);
  }
  for (const list of killed) rmSync(list);
}

async function* missingLines(list: string, keys: Set<string>): AsyncGenerator<string, void, void> {
  for await (const line of linesOfList(list)) {
    const key = keyOf(line);
    if (keys.has(key)) continue;
    if (keys.size < REMEMBERED_KEYS) keys.add(key);
    yield `${line}\n`;
  }
}

/** Two lines with the same key are the same failure. A line that a kill cut off is its own key. */
function keyOf(line: string): string {
  try {
    const { key, type } = JSON.parse(line);
    return `${type ?? ''} ${key}`;
  } catch {
    return line;
  }
}
