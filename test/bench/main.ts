// `npm run bench`: what is measured, as tables on stdout, and as Markdown, JSON and pictures in a folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findNatsServer } from '../support/servers/nats-server.js';
import { drawBars } from './bars.js';
import { createCorpus, SERVER_CONTENTS } from './corpus.js';
import { openPlaces, type Places } from './places.js';
import { type Chart, picture } from './plot.js';
import { hasTime } from './process.js';
import { measureLimit } from './runs/byte-limit.js';
import { compareDownloads, type DownloadRow } from './runs/download.js';
import { measureBackpressure } from './runs/flat/backpressure.js';
import { measureFlatListings } from './runs/flat/listings.js';
import { BANNING, HOSTS, measureHosts, measureTogether, PER_HOST } from './runs/hosts/per-host.js';
import { simulateHosts } from './runs/hosts/virtual.js';
import { measureListings } from './runs/listings.js';
import { simulateWorkers } from './runs/many-workers.js';
import { measureNats, projectJob } from './runs/nats.js';
import { measureOtherWork } from './runs/other-work.js';
import { measureScans } from './runs/page-scans.js';
import { findPeers, versions } from './runs/peers.js';
import { measureReruns } from './runs/reruns.js';
import { measureRestart } from './runs/restart.js';
import { compareSources } from './runs/s3-fetches.js';
import { measureShared } from './runs/shared.js';
import { createSmallFiles, measureShapes, type ShapeRow } from './shapes.js';
import { compareConcurrency } from './simulation/auto-concurrency.js';
import { markdown, print, rounded, type Table } from './table.js';
import { startApi, startNginx } from './web-server.js';

const PARTS = [
  'download',
  'reruns',
  'list',
  's3-list',
  's3-backpressure',
  's3-fetch',
  'hosts',
  'shapes',
  'other',
  'limit',
  'concurrency',
  'queue',
] as const;
const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Some of the parts, with commas between them. */
    only: { type: 'string', default: PARTS.join(',') },
    rounds: { type: 'string', default: '5' },
    /** A tenth of the sizes: whether it all works. */
    quick: { type: 'boolean', default: false },
  },
});
const wanted = new Set(flags.only.split(','));
const scale = flags.quick ? 0.1 : 1;
const folder = resolve(positionals[0] ?? 'bench-results');
mkdirSync(folder, { recursive: true });

const results: Record<string, unknown> = { machine: machine(), versions: versions() };
const beganMs = performance.now();
const [loadBefore] = loadavg();
const tables: Table[] = [];
const { peers, absent } = findPeers();
const notes = absent.map(({ name, install }) => `${name} is absent (${install})`);
if (!hasTime) notes.push('GNU time is absent, so that CPU time and memory are not measured (apt-get install time)');

function show(title: string, rows: Table['rows']): void {
  tables.push({ title, rows });
  print({ title, rows });
}

async function benchTransfers(places: Places): Promise<void> {
  const place = places.memory ?? places.disk;
  if (places.memory === undefined) notes.push('no file system in memory: everything goes to the disk');
  const corpus = await createCorpus(place.folder);
  createSmallFiles(corpus.root);
  const api = await startApi(SERVER_CONTENTS);
  const nginx = await startNginx(corpus.root, place.folder);
  if (nginx === undefined) {
    notes.push(
      'nginx is absent (apt-get install nginx-light): the embedded server stands in, without re-runs and shapes',
    );
  }
  const origin = nginx?.origin ?? api.cdn;
  try {
    if (wanted.has('download')) {
      const rounds = flags.quick ? 1 : Number(flags.rounds);
      const rows: DownloadRow[] = [];
      for (const to of new Set([place, places.disk])) {
        rows.push(...(await compareDownloads(to, { corpus, origin, peers, rounds })));
      }
      results.download = rows;
      const mean = Math.round(corpus.bytes / corpus.count / 1_000);
      show(`download of ${corpus.count} files, mean ${mean} kB, medians of ${rounds} rounds in turn`, rows.map(asRow));
    }
    if (wanted.has('reruns') && nginx !== undefined) {
      const counts = [20_000, 200_000, 1_000_000].map((count) => count * scale);
      const rows = await measureReruns(place, { root: corpus.root, origin, counts });
      results.reruns = rows;
      show(
        'everything is there already',
        rows.map((row) => ({ ...row })),
      );
    }
    if (wanted.has('reruns')) {
      const rows = await measureRestart(place, 1_000_000 * scale);
      results.restart = rows;
      show(
        'a mirror again, and after a kill',
        rows.map((row) => ({ ...row })),
      );
    }
    if (wanted.has('s3-fetch') && nginx !== undefined) {
      const rounds = flags.quick ? 1 : Number(flags.rounds);
      const rows = await compareSources(place, { corpus, origin, count: 20_000 * scale, rounds });
      results.sources = rows;
      show(
        'the same objects from the same server, as S3 and as Upyun',
        rows.map((row) => ({ ...row })),
      );
    }
    if (wanted.has('shapes') && nginx !== undefined) {
      const rows = await measureShapes(
        place,
        origin,
        [10_000, 100_000, 1_000_000].map((count) => count * scale),
      );
      results.shapes = rows;
      show(
        'objects of 200 bytes: what each of them costs',
        rows.map((row) => ({ ...row })),
      );
    }
    if (wanted.has('other')) {
      const rows = await measureOtherWork(place, { corpus, origin, endpoint: api.endpoint, largeBytes: 4e9 * scale });
      results.other = rows;
      show(
        'other work',
        rows.map((row) => ({ ...row })),
      );
    }
  } finally {
    await nginx?.close();
    await api.close();
  }
}

/** Between machines: what nats-server does, what it costs a machine, and what follows for a bucket that is far larger. */
async function benchQueue(): Promise<void> {
  if (findNatsServer() === undefined) {
    notes.push('nats-server is absent: nothing is measured of a queue between machines (apt-get install nats-server)');
    return;
  }
  const places = openPlaces(4e9);
  try {
    const rounds = flags.quick ? 1 : 3;
    const place = places.memory ?? places.disk;
    const costs = await measureShared(place, { folders: 50 * scale, rounds, isPaced: false });
    const paced = await measureShared(place, { folders: 50 * scale, rounds, isPaced: true });
    const rates = await measureNats(300_000 * scale);
    const simulated = await simulateWorkers(30_000 * scale);
    const projected = projectJob(rates, simulated);
    Object.assign(results, { shared: costs, paced, nats: rates, simulated, projected });
    show(
      'one machine and two on the same processors, 50,000 objects of about 28 kB, medians',
      costs.map((row) => ({ ...row })),
    );
    show(
      'the same where each answer takes the server 40 ms, 48 requests at once from each machine',
      paced.map((row) => ({ ...row })),
    );
    show(
      'nats-server alone',
      rates.map((row) => ({ ...row })),
    );
    show(
      'ten machines in one process that list, hand out, take and enter a bucket from which nothing is transferred',
      Object.entries(simulated).map(([what, value]) => ({ what, value })),
    );
    show(
      'a bucket of 300 million objects, 10 TB, on ten machines: computed from the above',
      projected.map((row) => ({ ...row })),
    );
  } finally {
    places.close();
  }
}

/** One flat prefix of an S3 store. */
async function benchFlatListings(): Promise<void> {
  const places = openPlaces(2e9);
  try {
    const place = places.memory ?? places.disk;
    const scans = measureScans();
    const count = 1_000_000 * scale;
    const rounds = Math.min(flags.quick ? 1 : 3, Number(flags.rounds));
    const rows = await measureFlatListings(place, { count, rounds, onRow: tell });
    Object.assign(results, { scans, flat: rows });
    show(
      'a page of 1,000 keys is scanned',
      scans.map((row) => ({ ...row })),
    );
    show(
      `one flat prefix of ${count} keys, 20 ms a page`,
      rows.map((row) => ({ ...row })),
    );
  } finally {
    places.close();
  }
}

async function benchBackpressure(): Promise<void> {
  const places = openPlaces(8e9);
  try {
    const count = 1_000_000 * scale;
    const sizes = [
      { keys: count / 10, listsAtOnce: 1 },
      { keys: count / 10, listsAtOnce: 64 },
      { keys: count, listsAtOnce: 64 },
    ];
    const rows = await measureBackpressure(places.memory ?? places.disk, sizes, tell);
    results.backpressure = rows;
    show(
      'a mirror whose downloads are slower than its listing',
      rows.map((row) => ({ ...row })),
    );
  } finally {
    places.close();
  }
}

/** A list of URLs of several hosts: how many requests at once to each of them. */
async function benchHosts(): Promise<void> {
  const places = openPlaces(4e9);
  try {
    const place = places.memory ?? places.disk;
    const seconds = flags.quick ? 1 : 6;
    const virtual = simulateHosts([...HOSTS, BANNING], PER_HOST);
    show('files/s of one host by --per-host, in virtual time with the real controllers', virtual);
    const alone = await measureHosts(place, seconds, tell);
    const together = await measureTogether(place, seconds, tell);
    Object.assign(results, { hostsVirtual: virtual, hosts: alone, hostsTogether: together });
    show(
      'a list of URLs of one host, by --per-host',
      alone.map((row) => ({ ...row })),
    );
    show(
      'one list of URLs of all these hosts',
      together.map((row) => ({ ...row })),
    );
  } finally {
    places.close();
  }
}

/** Some parts take minutes: each row is shown when it is there. */
function tell(row: object): void {
  const cells = Object.entries(row).map(([name, cell]) => `${name} ${rounded(cell)}`);
  console.error(cells.join(', '));
}

function asRow({ where, program, checks, ...figures }: DownloadRow): Table['rows'][number] {
  return {
    ...{ to: where, program, checks },
    'files/s': figures.filesPerSecond,
    '× rclone': figures.timesRclone,
    '× wget2': figures.timesWget2,
    'CPU µs a file': figures.cpuMicrosecondsAFile,
    'CPU × rclone': figures.cpuTimesRclone,
    'peak MB': figures.peakMegabytes,
  };
}

if (['download', 'reruns', 's3-fetch', 'shapes', 'other'].some((part) => wanted.has(part))) {
  const places = openPlaces(12e9);
  try {
    await benchTransfers(places);
  } finally {
    places.close();
  }
}

if (wanted.has('list')) {
  const rows = await measureListings([30_000, 300_000, 3_000_000].map((count) => count * scale));
  results.list = rows;
  show(
    'list to NDJSON',
    rows.map((row) => ({ ...row })),
  );
}

if (wanted.has('s3-list')) await benchFlatListings();

if (wanted.has('s3-backpressure')) await benchBackpressure();

if (wanted.has('hosts')) await benchHosts();

if (wanted.has('limit')) {
  const rows = await measureLimit();
  results.limits = rows;
  show(
    '--bwlimit 30M against a server that waits 50 ms before each answer',
    rows.map((row) => ({ ...row })),
  );
}

if (wanted.has('concurrency')) {
  const { comparisons, charts } = compareConcurrency();
  results.comparisons = comparisons;
  const rows = comparisons.map((one) => ({
    scenario: one.scenario,
    'best fixed': one.bestConcurrency,
    'objects/s': one.bestObjectsPerSecond,
    'auto, objects/s': one.autoObjectsPerSecond,
    ratio: one.ratio,
  }));
  show('--concurrency auto against the best fixed number (virtual time, the real controllers)', rows);
  writeFileSync(join(folder, 'concurrency.svg'), picture(charts, 2));
}

if (wanted.has('queue')) await benchQueue();

const drawing = draw();
if (drawing !== undefined) writeFileSync(join(folder, 'speed.svg'), drawing);
const busy = [loadBefore!, ...loadavg()].map((load) => load.toFixed(1));
notes.push(
  `load average at the beginning ${busy[0]}, at the end ${busy[1]}, ${busy[2]} and ${busy[3]} (1, 5 and 15 minutes)`,
);
notes.push(`all of it took ${Math.round((performance.now() - beganMs) / 1_000)} s`);
writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ ...results, notes }, null, 2)}\n`);
const about = `${JSON.stringify(results.machine)}\n\n${JSON.stringify(results.versions)}\n\n${notes.join('; ')}\n`;
writeFileSync(join(folder, 'tables.md'), `${about}\n${tables.map(markdown).join('\n')}`);
for (const note of notes) console.log(note);
console.log(`tables, figures and pictures: ${folder}`);

function machine(): Record<string, unknown> {
  const processors = cpus();
  return {
    processor: processors[0]?.model,
    processors: processors.length,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    platform: `${process.platform} ${process.arch}`,
  };
}

/** Files a second and CPU time by program; memory and time of an object by their number. */
function draw(): string | undefined {
  const downloads = (results.download ?? []) as DownloadRow[];
  const shapes = (results.shapes ?? []) as ShapeRow[];
  const first = downloads.filter(({ where }) => where === downloads[0]?.where);
  const bars = (title: string, figure: (row: DownloadRow) => number | undefined) => ({
    title,
    bars: first.flatMap((row) => (figure(row) === undefined ? [] : [{ name: row.program, value: figure(row)! }])),
  });
  if (first.length === 0 || shapes.length === 0) return undefined;
  const left = drawBars([
    bars('files a second', ({ filesPerSecond }) => filesPerSecond),
    bars('CPU, µs a file', ({ cpuMicrosecondsAFile }) => cpuMicrosecondsAFile),
    bars('peak memory, MB', ({ peakMegabytes }) => peakMegabytes),
  ]);
  const line = (title: string, yLabel: string, figure: (row: ShapeRow) => number | undefined): Chart => ({
    ...{ title, xLabel: 'objects', yLabel, isLogarithmic: true },
    lines: [
      {
        name: 'sluice',
        colour: '#1668a8',
        isDotted: true,
        points: shapes.map((row) => ({ x: row.objects, y: figure(row) ?? 0 })),
      },
    ],
  });
  const right = picture(
    [
      line('time of an object', 'µs', ({ microsecondsAnObject }) => microsecondsAnObject),
      line('memory', 'MB', ({ peakMegabytes }) => peakMegabytes),
    ],
    1,
  );
  const height = Math.max(left.height, 440);
  const size = `width="${left.width * 2}" height="${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11"><rect ${size} fill="white"/>${left.svg}<g transform="translate(${left.width} 0)">${right}</g></svg>\n`;
}
