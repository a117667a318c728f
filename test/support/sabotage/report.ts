// Preloaded into a run, `node --import report.js`: what the process still holds when it ends goes to SLUICE_SABOTAGE_REPORT.

import { appendFileSync } from 'node:fs';

const report = process.env.SLUICE_SABOTAGE_REPORT;
if (report !== undefined) {
  process.on('exit', () => appendFileSync(report, `${JSON.stringify(process.getActiveResourcesInfo())}\n`));
}
