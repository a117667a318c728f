// The same job again when everything is there: one look at each file, and nothing to fetch.

import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Corpus } from '../corpus.js';
import { measure } from '../process.js';
import { BODY, FILES_A_FOLDER, MTIME_SECONDS, smallKey } from '../shapes.js';
import type { Place } from './download.js';
import { findPeers } from './peers.js';

export interface RerunRow {
  readonly program: string;
  readonly objects: number;
  readonly seconds: number;
  readonly objectsPerSecond: number;
  readonly cpuMicrosecondsAnObject: number | undefined;
  readonly peakMegabytes: number | undefined;
}

/** Of small files, each named in the input; `root` is that of the server. */
export async function measureReruns(
  place: Place,
  { root, origin, counts }: { root: string; origin: string; counts: readonly number[] },
): Promise<RerunRow[]> {
  const rows: RerunRow[] = [];
  const peers = findPeers().peers.filter(({ name }) => name === 'sluice' || name === 'rclone');
  const to = join(place.folder, 'to');
  for (const objects of counts) {
    rmSync(to, { recursive: true, force: true });
    const job = createFiles({ root, to, objects, place });
    for (const { name, download } of peers) {
      const { command, ...options } = download(job, origin, to);
      const { seconds, cpuSeconds, peakMegabytes } = await measure(command, options);
      const cpuMicrosecondsAnObject = cpuSeconds === undefined ? undefined : (cpuSeconds / objects) * 1e6;
      rows.push({
        ...{ program: name, objects, seconds, objectsPerSecond: objects / seconds },
        ...{ cpuMicrosecondsAnObject, peakMegabytes },
      });
    }
  }
  rmSync(to, { recursive: true, force: true });
  return rows;
}

/** Files as they would be after a download, and their names. */
function createFiles({
  root,
  to,
  objects,
  place,
}: {
  root: string;
  to: string;
  objects: number;
  place: Place;
}): Corpus {
  const lines: string[] = [];
  const paths: string[] = [];
  const mtime = new Date(MTIME_SECONDS * 1_000).toISOString();
  for (let index = 0; index < objects; index++) {
    const key = smallKey(index);
    const path = join(to, key);
    if (index % FILES_A_FOLDER === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, BODY);
    utimesSync(path, MTIME_SECONDS, MTIME_SECONDS);
    lines.push(`{"key":"${key}","size":${BODY.length},"mtime":"${mtime}"}\n`);
    paths.push(`${key}\n`);
  }
  const named = { lines: join(place.folder, 'there.ndjson'), paths: join(place.folder, 'there.txt') };
  writeFileSync(named.lines, lines.join(''));
  writeFileSync(named.paths, paths.join(''));
  return { ...named, root, linesWithMd5: named.lines, count: objects, bytes: objects * BODY.length };
}
