// Figures of the parts in lib, for their READMEs: node dist/test/bench/lib.js

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LineLog, readLog } from '../../src/lib/line-log/line-log.js';
import { concurrent } from '../../src/lib/streams/concurrent.js';

const ROUNDS = 5;
const LINES = 200_000;
const LINES_A_CALL = 100;
const ITEMS = 1_000_000;

/** The median of some rounds, in things for each second of CPU: what else the machine does hardly counts. */
async function rate(count: number, work: () => Promise<unknown> | unknown): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(began);
    rates.push((count / (user + system)) * 1e6);
  }
  return rates.sort((one, other) => one - other)[ROUNDS >> 1]!;
}

function say(what: string, perSecond: number): void {
  console.log(`${what}: ${Math.round(perSecond / 1_000).toLocaleString('en')},000 for each second of CPU`);
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-lib-'));
try {
  const path = join(folder, 'log');
  const page = {
    t: 'page',
    dir: '2017/04/holiday',
    n: 123_456,
    cursor: 'g2gCZAAEbmV4dG0AAAAKMjAxNy8wNC8wMQ',
    entries: 1_000,
  };
  const pages = Array<typeof page>(LINES_A_CALL).fill(page);
  const append = async () => {
    const log = await LineLog.create(path, 0);
    for (let written = 0; written < LINES; written += LINES_A_CALL) await log.append(pages);
    await log.sync();
    await log.close();
  };
  say('line-log, lines appended', await rate(LINES, append));
  say('line-log, lines read', await rate(LINES, () => readLog(path)));
} finally {
  rmSync(folder, { recursive: true });
}

async function run(work: (item: number) => Promise<number> | number): Promise<number> {
  return rate(ITEMS, async () => {
    let arrived = 0;
    const count = new Writable({
      objectMode: true,
      write(_item, _encoding, done) {
        arrived++;
        done();
      },
    });
    await pipeline(Readable.from(numbers(), { objectMode: true }), concurrent(work, { concurrency: 64 }), count);
    if (arrived !== ITEMS) throw new Error(`${arrived} of ${ITEMS} items arrived`);
  });
}

function* numbers(): Generator<number, void, void> {
  for (let index = 0; index < ITEMS; index++) yield index;
}

say('concurrent, items through a function', await run((item) => item));
say('concurrent, items through a promise', await run(async (item) => item));
