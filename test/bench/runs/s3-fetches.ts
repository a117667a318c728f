// The same objects from the same server, asked for as an S3 store and as Upyun, both signed: what an object costs Sluice.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from '../corpus.js';
import { measure, median, type Usage } from '../process.js';
import { CREDENTIALS } from '../web-server.js';
import type { Place } from './download.js';
import { S3_KEYS } from './flat/store.js';
import { CLI } from './peers.js';

const FOLDERS = 20;
const SMALL_BYTES = 2_000;

export interface SourceCostRow {
  readonly objects: string;
  readonly source: string;
  readonly seconds: number;
  readonly cpuMicrosecondsAnObject: number;
  /** Of the processor times in the same round: the median of the rounds. */
  readonly 'CPU × Upyun': number;
  readonly peakMegabytes: number;
}

/** `origin`: nginx with the corpus below its root, under any bucket `copy7`. */
export async function compareSources(
  { folder }: Place,
  { corpus, origin, count, rounds }: { corpus: Corpus; origin: string; count: number; rounds: number },
): Promise<SourceCostRow[]> {
  const sets = [
    { objects: `${count} of 2 kB`, count, lines: createSmall(corpus.root, folder, count) },
    { objects: `${corpus.count}, mean ${Math.round(corpus.bytes / corpus.count / 1_000)} kB`, ...corpus },
  ];
  const rows: SourceCostRow[] = [];
  for (const { objects, count: ofSet, lines } of sets) {
    const used = new Map<string, Usage[]>([
      ['upyun', []],
      ['s3', []],
    ]);
    // The first round is for the caches.
    for (let round = -1; round < rounds; round++) {
      for (const [scheme, usages] of used) {
        const to = join(folder, 'to');
        const where = ['--from', `${scheme}://copy1`, '--endpoint', origin, '--to', to];
        const command = [
          process.execPath,
          CLI,
          'fetch',
          ...where,
          '--concurrency',
          '64',
          '--durability',
          'none',
          '--quiet',
        ];
        const usage = await measure(command, { input: lines, env: { ...CREDENTIALS, ...S3_KEYS } });
        if (round >= 0) usages.push(usage);
        rmSync(to, { recursive: true, force: true });
      }
    }
    const upyun = used.get('upyun')!;
    for (const [source, usages] of used) {
      rows.push({
        ...{ objects, source },
        seconds: median(usages.map(({ seconds }) => seconds)),
        cpuMicrosecondsAnObject: (median(usages.map(cpuOf)) / ofSet) * 1e6,
        'CPU × Upyun': median(usages.map((usage, round) => cpuOf(usage) / cpuOf(upyun[round]!))),
        peakMegabytes: median(usages.map(({ peakMegabytes = Number.NaN }) => peakMegabytes)),
      });
    }
  }
  return rows;
}

function cpuOf({ cpuSeconds = Number.NaN }: Usage): number {
  return cpuSeconds;
}

/** Returns the file of their lines. */
function createSmall(root: string, folder: string, count: number): string {
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const directory = join(root, 'two', String(index % FOLDERS));
    if (index < FOLDERS) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${index}.jpg`), Buffer.alloc(SMALL_BYTES, index % 256));
    lines.push(`{"key":"two/${index % FOLDERS}/${index}.jpg","size":${SMALL_BYTES}}\n`);
  }
  const path = join(folder, 'two.ndjson');
  writeFileSync(path, lines.join(''));
  return path;
}
