// Preloaded into a run that is to go wrong in one place: `node --import register.js`. SLUICE_SABOTAGE says where and how.

import { appendFileSync } from 'node:fs';
import { register } from 'node:module';

register('./hooks.js', import.meta.url);

// What the process still holds when it ends.
const report = process.env.SLUICE_SABOTAGE_REPORT;
if (report !== undefined) {
  process.on('exit', () => appendFileSync(report, `${JSON.stringify(process.getActiveResourcesInfo())}\n`));
}
