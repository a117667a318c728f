// How the number of requests that finds itself compares with fixed ones, in virtual time: a table and a picture.

import type { Chart } from '../plot.js';
import { SCENARIOS, type Scenario } from './servers.js';
import { type SimulationResult, simulate } from './simulation.js';

const FIXED = [1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256];
const MAX = 256;
const SEEDS = [1, 2, 3, 4, 5];
/** The time axis is drawn in this many steps. */
const STEPS = 150;

export interface Comparison {
  readonly scenario: string;
  readonly about: string;
  readonly fixed: readonly { concurrency: number; objectsPerSecond: number }[];
  readonly bestConcurrency: number;
  readonly bestObjectsPerSecond: number;
  /** The median of several seeds. */
  readonly autoObjectsPerSecond: number;
  readonly ratio: number;
}

export function compareConcurrency(): { comparisons: Comparison[]; charts: Chart[] } {
  const all = SCENARIOS.map(compare);
  return { comparisons: all.map(({ comparison }) => comparison), charts: all.flatMap(({ charts }) => charts) };
}

function compare(scenario: Scenario): { comparison: Comparison; charts: Chart[] } {
  const { name, about, seconds, create } = scenario;
  const run = (concurrency: number | 'auto', seed = 1) =>
    simulate({ server: create(), seconds, concurrency, max: MAX, seed });
  const fixed = FIXED.map((concurrency) => ({ concurrency, objectsPerSecond: run(concurrency).objectsPerSecond }));
  const best = fixed.reduce((one, other) => (other.objectsPerSecond > one.objectsPerSecond ? other : one));
  const runs = SEEDS.map((seed) => run('auto', seed)).sort(
    (one, other) => one.objectsPerSecond - other.objectsPerSecond,
  );
  const median = runs[Math.floor(runs.length / 2)]!;
  const comparison: Comparison = {
    scenario: name,
    about,
    fixed,
    bestConcurrency: best.concurrency,
    bestObjectsPerSecond: best.objectsPerSecond,
    autoObjectsPerSecond: median.objectsPerSecond,
    ratio: median.objectsPerSecond / best.objectsPerSecond,
  };
  return { comparison, charts: [againstFixed(comparison), overTime(comparison, median)] };
}

function againstFixed({ scenario, fixed, autoObjectsPerSecond, ratio }: Comparison): Chart {
  const ends = [FIXED[0]!, FIXED.at(-1)!];
  return {
    title: `${scenario}: auto is ${(100 * ratio).toFixed(1)} % of the best fixed`,
    xLabel: 'requests at once',
    yLabel: 'objects/s over the whole run',
    isLogarithmic: true,
    lines: [
      {
        name: 'fixed',
        colour: '#888',
        isDotted: true,
        points: fixed.map(({ concurrency, objectsPerSecond }) => ({ x: concurrency, y: objectsPerSecond })),
      },
      { name: 'auto', colour: '#c22', points: ends.map((x) => ({ x, y: autoObjectsPerSecond })) },
    ],
  };
}

function overTime({ about }: Comparison, { timeline }: SimulationResult): Chart {
  const step = Math.ceil(timeline.length / STEPS);
  const steps = Array.from({ length: Math.floor(timeline.length / step) }, (_, index) =>
    timeline.slice(index * step, (index + 1) * step),
  );
  const mean = (of: (second: SimulationResult['timeline'][number]) => number) =>
    steps.map((some) => ({ x: some[0]!.second, y: some.reduce((sum, one) => sum + of(one), 0) / some.length }));
  return {
    title: about,
    xLabel: 'second',
    yLabel: 'requests at once; objects/s ÷ 10',
    lines: [
      { name: 'requests at once', colour: '#c22', points: mean(({ limit }) => limit) },
      { name: 'objects/s ÷ 10', colour: '#26c', points: mean(({ objects }) => objects / 10) },
    ],
  };
}
