// `npm run bench`: what is measured, as a table on stdout, and as JSON and pictures in a folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { compareConcurrency } from './auto-concurrency.js';
import { measureLimit } from './byte-limit.js';
import { picture } from './plot.js';

const folder = resolve(process.argv[2] ?? 'bench-results');
mkdirSync(folder, { recursive: true });
const machine = { node: process.version, processor: cpus()[0]?.model, processors: cpus().length };

const { comparisons, charts } = compareConcurrency();
console.log('--concurrency auto against the best fixed number (virtual time, the real controllers)');
console.table(
  Object.fromEntries(
    comparisons.map(({ scenario, bestConcurrency, bestObjectsPerSecond, autoObjectsPerSecond, ratio }) => [
      scenario,
      {
        'best fixed': bestConcurrency,
        'objects/s': Math.round(bestObjectsPerSecond),
        'auto, objects/s': Math.round(autoObjectsPerSecond),
        ratio: Number(ratio.toFixed(3)),
      },
    ]),
  ),
);

const limits = await measureLimit();
console.log('--bwlimit 30M against a server that waits 50 ms before each answer');
console.table(Object.fromEntries(limits.map(({ concurrency, ...rest }) => [`--concurrency ${concurrency}`, rest])));

writeFileSync(join(folder, 'concurrency.svg'), picture(charts, 2));
writeFileSync(join(folder, 'results.json'), `${JSON.stringify({ machine, comparisons, limits }, null, 2)}\n`);
console.log(`pictures and figures: ${folder}`);
