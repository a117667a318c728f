// What else is done: a mirror from the listing to the files, two disks, one large object.

import { closeSync, ftruncateSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Corpus } from '../corpus.js';
import { measure } from '../process.js';
import { CREDENTIALS } from '../web-server.js';
import type { Place } from './download.js';
import { CLI, findPeers, sluice } from './peers.js';

export interface WorkRow {
  readonly work: string;
  readonly program: string;
  readonly seconds: number;
  readonly megabytesPerSecond: number;
  readonly cpuSeconds: number | undefined;
  readonly peakMegabytes: number | undefined;
}

export interface Work {
  corpus: Corpus;
  /** Of the files. */
  origin: string;
  /** Of the REST API with the same bucket. */
  endpoint: string;
  largeBytes: number;
}

export async function measureOtherWork(place: Place, work: Work): Promise<WorkRow[]> {
  const { corpus, origin, endpoint, largeBytes } = work;
  const to = join(place.folder, 'to');
  const second = join(place.folder, 'second');
  const rows: WorkRow[] = [];
  async function add(name: string, program: string, bytes: number, command: ReturnType<typeof sluice>): Promise<void> {
    for (const folder of [to, second]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    }
    const { command: line, ...options } = command;
    const { seconds, cpuSeconds, peakMegabytes } = await measure(line, options);
    rows.push({
      ...{ work: name, program, seconds, cpuSeconds, peakMegabytes },
      megabytesPerSecond: bytes / seconds / 1e6,
    });
    for (const folder of [to, second]) rmSync(folder, { recursive: true, force: true });
  }

  const mirror = ['mirror', 'upyun://demo', '--endpoint', endpoint, '--domain', origin, '--to', to, '--quiet'];
  await add('mirror, listing included', 'sluice', corpus.bytes, {
    command: [process.execPath, CLI, ...mirror, '--durability', 'none'],
    env: CREDENTIALS,
  });
  await add('one disk', 'sluice', corpus.bytes, sluice(corpus.lines, origin, to));
  await add('two disks', 'sluice', corpus.bytes, sluice(corpus.lines, origin, to, ['--to', second]));

  const large = createLarge(corpus, largeBytes, place);
  for (const { name, download } of findPeers().peers) {
    if (name.startsWith('sluice,')) continue;
    await add(`one object of ${largeBytes / 1e9} GB`, name, largeBytes, download(large, origin, to));
  }
  rmSync(join(corpus.root, LARGE));
  return rows;
}

const LARGE = 'large.bin';

/** A file that is all hole: reading it costs the server no disk. */
function createLarge({ root }: Corpus, bytes: number, place: Place): Corpus {
  const fd = openSync(join(root, LARGE), 'w');
  ftruncateSync(fd, bytes);
  closeSync(fd);
  const lines = join(place.folder, 'large.ndjson');
  const paths = join(place.folder, 'large.txt');
  writeFileSync(lines, `${JSON.stringify({ key: LARGE, size: bytes })}\n`);
  writeFileSync(paths, `${LARGE}\n`);
  return { root, count: 1, bytes, lines, linesWithMd5: lines, paths };
}
