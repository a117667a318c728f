// One flat prefix of an S3 store, listed by the command with 1, 16 and 64 requests at once, and in virtual time, where no
// processor is the limit.

import { once } from 'node:events';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { random } from '../../../support/random.js';
import { FLAT_SHAPES, type FlatShape, flatKeys } from '../../flat-keys.js';
import { measure, median, type Usage } from '../../process.js';
import { simulateListing } from '../../simulation/flat-listing.js';
import type { Place } from '../download.js';
import { CLI } from '../peers.js';
import { hashOf } from './server.js';
import { type FlatStore, LINE, S3_KEYS, startFlatStore } from './store.js';

const AT_ONCE = [16, 64] as const;
/** One request at once waits nearly all the time, so it is linear: the first shape shows it, the others list a tenth. */
const TENTH = 10;

export interface FlatRow {
  readonly shape: FlatShape;
  readonly keys: number;
  readonly 'at once': number;
  /** Of the command, its start included; medians. Undefined where a run failed. */
  readonly seconds: number | undefined;
  /** As one request at once: measured for the first shape, computed from a tenth of the keys for the others. */
  readonly 'times as fast': number | undefined;
  readonly 'requests a page': number | undefined;
  readonly 'CPU s': number | undefined;
  readonly 'CPU s of the server': number | undefined;
  readonly 'peak MB': number | undefined;
  /** Whether each run printed every key, and no other or second line. */
  readonly complete: string;
  /** In virtual time: times as fast as one request at once, and requests for each page. */
  readonly 'virtual: times as fast': number;
  readonly 'virtual: requests a page': number;
}

export interface FlatOptions {
  readonly count: number;
  /** Of 16 and 64 requests at once. */
  readonly rounds: number;
  readonly shapes?: readonly FlatShape[];
  /** A row is measured. */
  readonly onRow?: (row: FlatRow) => void;
}

/** A listing that fails or is not complete is a row that says so. */
export async function measureFlatListings(place: Place, options: FlatOptions): Promise<FlatRow[]> {
  const { count, rounds, shapes = FLAT_SHAPES, onRow } = options;
  const rows: FlatRow[] = [];
  /** Measured with one request at once; or computed, from a tenth. */
  let alone: number | undefined;
  let timesATenth: number | undefined;
  const measureAt = async (listed: Listed, atOnce: number, runs: number): Promise<number | undefined> => {
    const figures = await listOften(place, listed, atOnce, runs);
    const { seconds } = figures;
    const isAlone = atOnce === 1;
    const row = { ...figures, 'times as fast': isAlone ? 1 : seconds && alone && alone / seconds };
    onRow?.(row);
    rows.push(row);
    return seconds;
  };
  for (const shape of shapes) {
    const tenth = await withShape(shape, count / TENTH, (listed) => measureAt(listed, 1, 1));
    await withShape(shape, count, async (listed) => {
      if (timesATenth === undefined) {
        alone = await measureAt(listed, 1, 1);
        timesATenth = tenth && alone && alone / tenth;
      } else alone = tenth && tenth * timesATenth;
      for (const atOnce of AT_ONCE) await measureAt(listed, atOnce, rounds);
    });
  }
  return rows;
}

interface Listed {
  readonly shape: FlatShape;
  readonly keys: readonly string[];
  readonly store: FlatStore;
}

async function withShape<Result>(
  shape: FlatShape,
  count: number,
  work: (listed: Listed) => Promise<Result>,
): Promise<Result> {
  const store = await startFlatStore({ shape, count, ...LINE, objectDelayMs: 0 });
  try {
    return await work({ shape, keys: flatKeys(shape, count), store });
  } finally {
    await store.close();
  }
}

/** Medians; not compared yet. */
async function listOften(
  place: Place,
  { shape, keys, store }: Listed,
  atOnce: number,
  rounds: number,
): Promise<FlatRow> {
  const runs: ListedRun[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await list(place, store, atOnce));
  const figures = runs.flatMap((run) => run.figures ?? []);
  const [one, many] = [1, atOnce].map((n) => simulateListing(keys, { atOnce: n, ...LINE, chance: random(1) }));
  const pages = keys.length / 1_000;
  return {
    ...{ shape, keys: keys.length, 'at once': atOnce, seconds: middle(figures, ({ seconds }) => seconds) },
    'times as fast': undefined,
    'requests a page': middle(figures, (run) => run.pages / pages),
    'CPU s': middle(figures, (run) => run.cpuSeconds),
    'CPU s of the server': middle(figures, (run) => run.serverCpuSeconds),
    'peak MB': middle(figures, (run) => run.peakMegabytes),
    complete: [...new Set(runs.map(({ complete }) => complete))].join('; '),
    'virtual: times as fast': one!.seconds / many!.seconds,
    'virtual: requests a page': many!.requests / pages,
  };
}

interface ListedRun {
  readonly complete: string;
  readonly figures: (Usage & { pages: number; serverCpuSeconds: number }) | undefined;
}

async function list({ folder }: Place, store: FlatStore, atOnce: number): Promise<ListedRun> {
  const output = join(folder, 'listed.ndjson');
  const where = ['list', 's3://flat', '--endpoint', store.endpoint];
  const command = [process.execPath, CLI, ...where, '--list-concurrency', String(atOnce), '--quiet'];
  await store.counts();
  try {
    const usage = await measure(command, { env: S3_KEYS, output });
    const { pages, cpuSeconds } = await store.counts();
    return {
      complete: await completenessOf(output, store),
      figures: { ...usage, pages, serverCpuSeconds: cpuSeconds },
    };
  } catch (error) {
    return { complete: `no: ${String(error).slice(0, 200)}`, figures: undefined };
  } finally {
    rmSync(output, { force: true });
  }
}

/** By the number of lines, and by the sum of the hashes of their keys: ranges are listed in no order. */
async function completenessOf(path: string, { keys, hash }: FlatStore): Promise<string> {
  let listed = 0;
  let sum = 0;
  const lines = createInterface({ input: createReadStream(path) });
  lines.on('line', (line) => {
    listed++;
    sum = (sum + hashOf((JSON.parse(line) as { key: string }).key)) % 2 ** 48;
  });
  await once(lines, 'close');
  if (listed !== keys) return `no: ${listed} lines for ${keys} keys`;
  return sum === hash ? 'yes' : 'no: as many lines as keys, but not one for each';
}

function middle<Run>(runs: readonly Run[], figure: (run: Run) => number | undefined): number | undefined {
  const values = runs.flatMap((run) => figure(run) ?? []);
  return values.length === 0 ? undefined : median(values);
}
