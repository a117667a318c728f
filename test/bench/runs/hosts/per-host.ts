// `fetch` of a list of URLs by `--per-host`: how fast it is with hosts that answer slowly, that refuse, or that can do no more,
// and what it costs them.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure, type Usage } from '../../process.js';
import type { Place } from '../download.js';
import { CLI } from '../peers.js';
import type { HostCounts, HostSpec } from './server.js';

const SERVER = fileURLToPath(new URL('./server.js', import.meta.url));
export const PER_HOST = [4, 16, 32, 64] as const;

export const HOSTS: readonly HostSpec[] = [
  { name: '20 ms', delayMs: 20 },
  { name: '60 ms', delayMs: 60 },
  { name: '200 ms', delayMs: 200 },
  { name: '60 ms, 429 above 32', delayMs: 60, refusesAbove: 32, refusal: { status: 429 } },
  {
    ...{ name: '60 ms, 503 above 8, Retry-After 1', delayMs: 60, refusesAbove: 8 },
    refusal: { status: 503, retryAfter: 1 },
  },
  { name: '8 workers, 60 ms each', delayMs: 60, workers: 8 },
];
/** For virtual time: a minute is long. */
export const BANNING: HostSpec = {
  ...{ name: '60 ms, 429 for a minute above 20', delayMs: 60, refusesAbove: 20, bansForMs: 60_000 },
  refusal: { status: 429, retryAfter: 60 },
};
/** What all hosts together are asked for is as long, whatever the option says: as long as with this number. */
const TOGETHER = 16;

export interface HostRow {
  readonly host: string;
  readonly 'per host': number;
  readonly files: number;
  /** From the first request to the end of the last answer, as the host sees it. */
  readonly 'files/s': number;
  readonly refused: number;
  readonly 'at once, most': number;
  /** Of an answer, as the host sees it. */
  readonly 'mean ms': number;
  readonly 'CPU µs a file': number | undefined;
  readonly complete: string;
}

/** Each host alone, for about so many seconds. */
export async function measureHosts(
  place: Place,
  seconds: number,
  onRow: (row: HostRow) => void,
): Promise<readonly HostRow[]> {
  const rows: HostRow[] = [];
  for (const host of HOSTS) {
    await withHosts([host], async (origins, counts) => {
      for (const perHost of PER_HOST) {
        const files = Math.ceil(rateOf(host, perHost) * seconds);
        const { usage, complete } = await fetchAll(place, urlsOf(origins, [files]), perHost);
        const [seen] = await counts();
        const row: HostRow = {
          ...{ host: host.name, 'per host': perHost, files },
          'files/s': seen!.served / seen!.seconds,
          refused: seen!.refused,
          'at once, most': seen!.mostAtOnce,
          'mean ms': seen!.meanMs,
          'CPU µs a file': usage?.cpuSeconds && (usage.cpuSeconds / files) * 1e6,
          complete: seen!.served < files ? `no: ${seen!.served} of ${files} served` : complete,
        };
        onRow(row);
        rows.push(row);
      }
    });
  }
  return rows;
}

export interface TogetherRow {
  readonly 'per host': number;
  readonly files: number;
  /** The start of the command included. */
  readonly seconds: number | undefined;
  readonly 'files/s': number | undefined;
  readonly refused: number;
  readonly 'CPU s': number | undefined;
  readonly 'peak MB': number | undefined;
  readonly complete: string;
}

/** All hosts in one list, one line of each in turn. */
export async function measureTogether(
  place: Place,
  seconds: number,
  onRow: (row: TogetherRow) => void,
): Promise<readonly TogetherRow[]> {
  const rows: TogetherRow[] = [];
  const counted = HOSTS.map((host) => Math.ceil(rateOf(host, TOGETHER) * seconds));
  const files = counted.reduce((sum, count) => sum + count, 0);
  await withHosts(HOSTS, async (origins, counts) => {
    for (const perHost of PER_HOST) {
      const { usage, complete } = await fetchAll(place, urlsOf(origins, counted), perHost);
      const seen = await counts();
      const row: TogetherRow = {
        ...{ 'per host': perHost, files, seconds: usage?.seconds },
        'files/s': usage && files / usage.seconds,
        refused: seen.reduce((sum, { refused }) => sum + refused, 0),
        ...{ 'CPU s': usage?.cpuSeconds, 'peak MB': usage?.peakMegabytes, complete },
      };
      onRow(row);
      rows.push(row);
    }
  });
  return rows;
}

/** Files a second that the host can serve with so many requests at once. */
function rateOf({ delayMs, workers = Number.POSITIVE_INFINITY, refusesAbove }: HostSpec, atOnce: number): number {
  return (Math.min(atOnce, workers, refusesAbove ?? Number.POSITIVE_INFINITY) / delayMs) * 1_000;
}

/** In turn, the shorter ones spread over the whole list. */
function urlsOf(origins: readonly string[], counts: readonly number[]): string[] {
  const lines = origins.flatMap((origin, host) => {
    const count = counts[host]!;
    return Array.from({ length: count }, (_, index) => ({
      at: index / count,
      url: `${origin}/${index % 20}/${index}.jpg`,
    }));
  });
  return lines.sort((one, other) => one.at - other.at).map(({ url }) => url);
}

/** A fetch that fails is a row that says so. */
async function fetchAll(
  { folder }: Place,
  urls: readonly string[],
  perHost: number,
): Promise<{ usage: Usage | undefined; complete: string }> {
  const input = join(folder, 'urls.txt');
  const to = join(folder, 'to');
  writeFileSync(input, `${urls.join('\n')}\n`);
  const args = ['fetch', '--to', to, '--per-host', String(perHost), '--durability', 'none', '--quiet'];
  try {
    return { usage: await measure([process.execPath, CLI, ...args], { input }), complete: 'yes' };
  } catch (error) {
    return { usage: undefined, complete: `no: ${String(error).slice(0, 200)}` };
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

async function withHosts(
  hosts: readonly HostSpec[],
  work: (origins: readonly string[], counts: () => Promise<HostCounts[]>) => Promise<void>,
): Promise<void> {
  const child = fork(SERVER, [JSON.stringify(hosts)]);
  const ended = once(child, 'exit');
  const [origins] = (await once(child, 'message')) as [string[]];
  try {
    await work(origins, async () => {
      child.send('counts');
      return ((await once(child, 'message')) as [HostCounts[]])[0];
    });
  } finally {
    child.kill();
    await ended;
  }
}
