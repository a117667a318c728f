// `list` against a server that is not the limit: pages of one folder, or of many, that are ready before they are asked for.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { CLI } from './peers.js';
import { measure } from './process.js';
import { CREDENTIALS } from './web-server.js';

const PAGE_ROWS = 10_000;
const FOLDERS = 100;

export interface ListingRow {
  readonly shape: 'flat' | 'nested';
  readonly objects: number;
  readonly seconds: number;
  readonly objectsPerSecond: number;
  readonly cpuMicrosecondsAnObject: number | undefined;
  readonly peakMegabytes: number | undefined;
}

export async function measureListings(counts: readonly number[]): Promise<ListingRow[]> {
  const rows: ListingRow[] = [];
  for (const shape of ['flat', 'nested'] as const) {
    for (const objects of counts) rows.push(await measureListing(shape, objects));
  }
  return rows;
}

async function measureListing(shape: ListingRow['shape'], objects: number): Promise<ListingRow> {
  const server = new Worker(new URL(import.meta.url), { workerData: { shape, objects } });
  try {
    const endpoint = await new Promise<string>((resolve) => server.once('message', resolve));
    const command = [process.execPath, CLI, 'list', 'upyun://demo', '--endpoint', endpoint, '--quiet'];
    const { seconds, cpuSeconds, peakMegabytes } = await measure(command, { env: CREDENTIALS });
    return {
      ...{ shape, objects, seconds, peakMegabytes },
      objectsPerSecond: objects / seconds,
      cpuMicrosecondsAnObject: cpuSeconds === undefined ? undefined : (cpuSeconds / objects) * 1e6,
    };
  } finally {
    await server.terminate();
  }
}

/** A cursor is the number of the page; `nested` has that many objects in folders of the root. */
function serve({ shape, objects }: { shape: ListingRow['shape']; objects: number }): void {
  const inFolder = shape === 'flat' ? objects : objects / FOLDERS;
  const root = shape === 'flat' ? undefined : folderRows();
  const pages = new PageMaker();
  const server = createServer((req, res) => {
    const cursor = Number(req.headers['x-list-iter'] ?? 0);
    if (root !== undefined && /^\/demo\/?(\?.*)?$/.test(req.url!)) {
      res.writeHead(200, { 'x-upyun-list-iter': LAST, 'content-length': root.length }).end(root);
      return;
    }
    const first = cursor * PAGE_ROWS;
    const page = pages.make(first, Math.min(PAGE_ROWS, inFolder - first));
    const next = first + PAGE_ROWS >= inFolder ? LAST : String(cursor + 1);
    res.writeHead(200, { 'x-upyun-list-iter': next, 'content-length': page.length }).end(page);
  });
  server.listen(0, '127.0.0.1', () => {
    parentPort!.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
}

/** What Upyun says when there is no more. */
const LAST = 'g2gCZAAEbmV4dGQAA2VvZg';
const DIGITS = 9;

/** Text pages: name, type, size, time. Only the digits of the names differ, so that a page costs next to nothing. */
class PageMaker {
  readonly #rowBytes = row(0).length;
  readonly #full = Buffer.concat(Array.from({ length: PAGE_ROWS }, (_, index) => row(index)));

  make(first: number, count: number): Buffer {
    const page = Buffer.from(this.#full.subarray(0, count * this.#rowBytes));
    const prefix = String(Math.floor(first / PAGE_ROWS)).padStart(DIGITS - 4, '0');
    for (let index = 0; index < count; index++) page.write(prefix, index * this.#rowBytes, 'latin1');
    return page;
  }
}

function row(index: number): Buffer {
  return Buffer.from(`${String(index).padStart(DIGITS, '0')}.jpg\tN\t33000\t1500000000\n`);
}

function folderRows(): Buffer {
  const rows = Array.from({ length: FOLDERS }, (_, index) => `folder${index}\tF\t0\t1500000000\n`);
  return Buffer.from(rows.join(''));
}

if (parentPort !== null) serve(workerData);
