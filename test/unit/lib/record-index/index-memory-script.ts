// Run as a process of its own by hash-index.test.ts: how much memory does an index over 64 MB take with a limit of 1 MiB?

import { closeSync, openSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openHashIndex } from '../../../../src/lib/record-index/hash-index.js';

const RECORD_BYTES = 32;
const RECORD_COUNT = 2_000_000;
const RECORDS_AT_ONCE = 1_000;

const [folder, kind] = process.argv.slice(2) as [string, string];
const path = join(folder, 'records');

function writeSpread(): void {
  const fd = openSync(path, 'w');
  const piece = Buffer.alloc(RECORD_BYTES * RECORDS_AT_ONCE);
  for (let first = 0; first < RECORD_COUNT; first += RECORDS_AT_ONCE) {
    // A multiplicative hash (Knuth): distinct and evenly spread.
    for (let index = 0; index < RECORDS_AT_ONCE; index++) {
      piece.writeUInt32BE(Math.imul(first + index, 2_654_435_761) >>> 0, index * RECORD_BYTES);
    }
    writeSync(fd, piece);
  }
  closeSync(fd);
}

if (kind === 'spread') writeSpread();
else {
  closeSync(openSync(path, 'w'));
  truncateSync(path, RECORD_BYTES * RECORD_COUNT);
}
const beforeKib = process.resourceUsage().maxRSS;
const options = { recordBytes: RECORD_BYTES, tempFolder: folder, memoryLimitBytes: 1024 * 1024 };
const index = await openHashIndex(path, options);
let foundCount = 0;
for (const _ of index.matches(Buffer.alloc(8))) foundCount++;
await index.close();
const grownBytes = (process.resourceUsage().maxRSS - beforeKib) * 1_024;
process.stdout.write(JSON.stringify({ foundCount, grownBytes }));
