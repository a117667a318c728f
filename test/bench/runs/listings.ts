// `list` against a server that is not the limit: pages of one folder, or of many, that are ready before they are asked for.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { measure } from '../process.js';
import { CREDENTIALS } from '../web-server.js';
import { CLI } from './peers.js';

const PAGE_ROWS = 10_000;
const FOLDERS = 100;

export interface ListingRow {
  readonly shape: 'flat' | 'nested';
  /** What the server answers with; it is always asked for JSON. */
  readonly format: 'json' | 'text';
  readonly objects: number;
  readonly seconds: number;
  readonly objectsPerSecond: number;
  readonly cpuMicrosecondsAnObject: number | undefined;
  readonly peakMegabytes: number | undefined;
}

export async function measureListings(counts: readonly number[]): Promise<ListingRow[]> {
  const rows: ListingRow[] = [];
  for (const shape of ['flat', 'nested'] as const) {
    for (const objects of counts) {
      for (const format of ['json', 'text'] as const) rows.push(await measureListing({ shape, format, objects }));
    }
  }
  return rows;
}

type Served = Pick<ListingRow, 'shape' | 'format' | 'objects'>;

async function measureListing(served: Served): Promise<ListingRow> {
  const { objects } = served;
  const server = new Worker(new URL(import.meta.url), { workerData: served });
  try {
    const endpoint = await new Promise<string>((resolve) => server.once('message', resolve));
    const command = [process.execPath, CLI, 'list', 'upyun://demo', '--endpoint', endpoint, '--quiet'];
    const { seconds, cpuSeconds, peakMegabytes } = await measure(command, { env: CREDENTIALS });
    return {
      ...{ ...served, seconds, peakMegabytes },
      objectsPerSecond: objects / seconds,
      cpuMicrosecondsAnObject: cpuSeconds === undefined ? undefined : (cpuSeconds / objects) * 1e6,
    };
  } finally {
    await server.terminate();
  }
}

/** A cursor is the number of the page; `nested` has that many objects in folders of the root. */
function serve({ shape, format, objects }: Served): void {
  const inFolder = shape === 'flat' ? objects : objects / FOLDERS;
  const root = shape === 'flat' ? undefined : folderRows(format);
  const pages = new PageMaker(format);
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

/** Pages of which only the digits of the names differ, so that one costs next to nothing. */
class PageMaker {
  readonly #isJson: boolean;
  readonly #full: Buffer;
  readonly #rowBytes: number;
  readonly #nameAt: number;

  constructor(format: Served['format']) {
    this.#isJson = format === 'json';
    const rows = Array.from({ length: PAGE_ROWS }, (_, index) => row(format, index));
    this.#full = Buffer.from(rows.join(''));
    this.#rowBytes = rows[0]!.length;
    this.#nameAt = (this.#isJson ? JSON_HEAD.length : 0) + rows[0]!.indexOf('0'.repeat(DIGITS));
  }

  make(first: number, count: number): Buffer {
    // Without the comma, or the line feed, behind the last one.
    const rows = this.#full.subarray(0, Math.max(0, count * this.#rowBytes - 1));
    const page = Buffer.concat(this.#isJson ? [Buffer.from(JSON_HEAD), rows, Buffer.from(JSON_TAIL)] : [rows]);
    const prefix = String(Math.floor(first / PAGE_ROWS)).padStart(DIGITS - 4, '0');
    for (let index = 0; index < count; index++) page.write(prefix, this.#nameAt + index * this.#rowBytes, 'latin1');
    return page;
  }
}

const JSON_HEAD = '{"files":[';
const JSON_TAIL = ']}';

function row(format: Served['format'], index: number): string {
  const name = `${String(index).padStart(DIGITS, '0')}.jpg`;
  if (format === 'text') return `${name}\tN\t33000\t1500000000\n`;
  return `{"type":"image/jpeg","name":"${name}","length":33000,"last_modified":1500000000},`;
}

function folderRows(format: Served['format']): Buffer {
  const names = Array.from({ length: FOLDERS }, (_, index) => `folder${index}`);
  if (format === 'text') return Buffer.from(names.map((name) => `${name}\tF\t0\t1500000000\n`).join(''));
  const files = names.map((name) => ({ type: 'folder', name, length: 0, last_modified: 1500000000 }));
  return Buffer.from(JSON.stringify({ files }));
}

if (parentPort !== null) serve(workerData);
