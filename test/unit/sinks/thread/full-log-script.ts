// Run as a process of its own by record-log.test.ts, under a limit for the size of files: a write that is cut short.

import { statSync, truncateSync } from 'node:fs';
import { RecordLog } from '../../../../src/lib/record-index/record-log.js';

const path = process.argv[2]!;
const log = new RecordLog(path, 24);
let code: unknown;

function attempt(): void {
  try {
    log.flush();
  } catch (error) {
    code = (error as NodeJS.ErrnoException).code;
  }
}

for (let number = 0; number < 100; number++) log.append(Buffer.alloc(24, `record ${number} `));
attempt();
const tornBytes = statSync(path).size;
truncateSync(path, 0);
attempt();
// Only whole records are left for the test to read.
truncateSync(path, tornBytes - (tornBytes % 24));
process.stdout.write(JSON.stringify({ tornBytes, code }));
