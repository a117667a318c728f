// Preloaded into a run whose memory is of interest: `node --import peak.js`. SLUICE_PEAK names the file for its peak, in MiB.

import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.SLUICE_PEAK;
if (file !== undefined && isMainThread) {
  process.on('exit', () => writeFileSync(file, String(Math.round(process.resourceUsage().maxRSS / 1024))));
}
