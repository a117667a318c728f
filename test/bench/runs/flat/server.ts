// A store like S3 with one flat prefix, in a process of its own: all rows are written before it is asked, so that a page is two
// copies of memory. It checks no signature. Its processor time is measured, since it must not be the limit.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type FlatShape, flatKeys } from '../../flat-keys.js';
import { awsRow } from '../page-scans.js';

const PAGE_ROWS = 1_000;

export interface FlatServed {
  readonly shape: FlatShape;
  readonly count: number;
  /** Before each page, and so much more by chance. */
  readonly delayMs: number;
  readonly jitterMs: number;
  /** Before each object, which has the bytes that its row says. */
  readonly objectDelayMs: number;
}

export interface FlatCounts {
  readonly pages: number;
  /** Keys listed whose objects were not fetched yet, at most. */
  readonly mostAhead: number;
  readonly cpuSeconds: number;
}

/** Bytes of each object. */
export const OBJECT_BYTES = 200;

function serve({ shape, count, delayMs, jitterMs, objectDelayMs }: FlatServed): void {
  const keys = flatKeys(shape, count);
  const { rows, ends } = written(keys);
  const body = Buffer.alloc(OBJECT_BYTES, 'x');
  let pages = 0;
  let ahead = 0;
  let mostAhead = 0;
  let before = process.cpuUsage();
  const server = createServer(async (request, response) => {
    const [path = '', query = ''] = request.url!.split('?');
    if (path !== '/flat') {
      if (objectDelayMs > 0) await wait(objectDelayMs);
      ahead--;
      response.writeHead(200, { 'content-length': OBJECT_BYTES, 'last-modified': MODIFIED }).end(body);
      return;
    }
    pages++;
    await wait(delayMs + Math.random() * jitterMs);
    const asked = new URLSearchParams(query);
    const from = firstBehind(keys, asked.get('start-after') ?? '');
    const to = Math.min(keys.length, from + Math.min(PAGE_ROWS, Number(asked.get('max-keys') ?? PAGE_ROWS)));
    ahead += to - from;
    mostAhead = Math.max(mostAhead, ahead);
    const head = Buffer.from(headOf(to - from, to < keys.length));
    const inside = rows.subarray(from === 0 ? 0 : ends[from - 1], to === 0 ? 0 : ends[to - 1]);
    response.writeHead(200, { 'content-length': head.length + inside.length + TAIL.length });
    response.write(head);
    response.write(inside);
    response.end(TAIL);
  });
  // Asked how much it has done, it says so and begins to count again.
  process.on('message', () => {
    const { user, system } = process.cpuUsage(before);
    process.send!({ pages, mostAhead, cpuSeconds: (user + system) / 1e6 } satisfies FlatCounts);
    pages = 0;
    ahead = 0;
    mostAhead = 0;
    before = process.cpuUsage();
  });
  process.once('disconnect', () => process.exit());
  server.listen(0, '127.0.0.1', () => {
    const hash = keys.reduce((sum, key) => (sum + hashOf(key)) % 2 ** 48, 0);
    process.send!({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys: keys.length, hash });
  });
}

const MODIFIED = 'Sat, 03 Feb 2024 04:05:06 GMT';
const TAIL = Buffer.from('</ListBucketResult>');

function headOf(rows: number, isTruncated: boolean): string {
  const token = isTruncated ? '<NextContinuationToken>t</NextContinuationToken>' : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>flat</Name><Prefix></Prefix><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><KeyCount>${rows}</KeyCount><IsTruncated>${isTruncated}</IsTruncated>${token}`;
}

/** All rows, one behind the other, and where each ends. */
function written(keys: readonly string[]): { rows: Buffer; ends: Uint32Array } {
  const chunks: Buffer[] = [];
  const ends = new Uint32Array(keys.length);
  let end = 0;
  for (let index = 0; index < keys.length; index += PAGE_ROWS) {
    let text = '';
    for (let row = index; row < Math.min(keys.length, index + PAGE_ROWS); row++) {
      text += awsRow(encodeURIComponent(keys[row]!)).replace('>33000<', `>${OBJECT_BYTES}<`);
      ends[row] = end + text.length;
    }
    end += text.length;
    chunks.push(Buffer.from(text, 'latin1'));
  }
  return { rows: Buffer.concat(chunks), ends };
}

/** (No key has a surrogate, so the order of JavaScript is that of UTF-8.) */
function firstBehind(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (key !== '' && low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! > key) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The sum of all hashes tells whether a key is missing or there twice, in whatever order they come (FNV-1a). */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

if (process.send !== undefined && process.argv[2] !== undefined) serve(JSON.parse(process.argv[2]) as FlatServed);
