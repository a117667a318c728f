// What sharing a job costs: alone, with a queue, two machines with one, and two that share by hand, all on the same processors. Once
// as fast as the processors allow, and once at the pace of a server that takes its time, where two machines ask for twice as much.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startNatsServer } from '../../support/servers/nats-server.js';
import { measure, type Usage } from '../process.js';
import { CREDENTIALS, startApi } from '../web-server.js';
import type { Place } from './download.js';
import { CLI } from './peers.js';

const OBJECTS_A_FOLDER = 1_000;
/** Of the server that takes its time, before each answer. */
const PACED_DELAY_MS = 40;
const PACED_REQUESTS = 48;
/** At once, of all machines together, where the processors are the limit. */
const REQUESTS = 64;

export interface SharedRow {
  readonly how: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly cpuMicrosecondsAnObject: number;
  /** Against one machine without a queue, round by round. */
  readonly timesAlone: number;
  /** Of the largest process. */
  readonly peakMegabytes: number;
}

export interface SharedOptions {
  readonly folders: number;
  readonly rounds: number;
  /** The server sets the pace, and each machine asks for as much as one alone. */
  readonly isPaced: boolean;
}

export async function measureShared(
  { folder }: Place,
  { folders, rounds, isPaced }: SharedOptions,
): Promise<SharedRow[]> {
  const cleanups: (() => unknown)[] = [];
  const nats = await startNatsServer({ after: (fn) => void cleanups.push(fn as () => unknown) });
  const half = Math.max(1, Math.round(folders / 2));
  const delay = isPaced ? ['--delay-ms', String(PACED_DELAY_MS)] : [];
  const api = await startApi(['--nested', `2x${half}x${OBJECTS_A_FOLDER}`, '--median-bytes', '20000', ...delay]);
  const objects = 2 * half * OBJECTS_A_FOLDER;
  const to = (machine: number) => join(folder, `m${machine}`);
  // Never automatic: what finds itself would find something else each time.
  const requests = (of: number) => String(isPaced ? PACED_REQUESTS : REQUESTS / of);
  const mirror = (source: string, machine: number, { of, more = [] }: { of: number; more?: string[] }) => {
    const where = ['--to', to(machine), '--endpoint', api.endpoint];
    const args = [...where, '--quiet', '--concurrency', requests(of), ...more];
    return measure([process.execPath, CLI, 'mirror', source, ...args], { env: CREDENTIALS });
  };
  const queue = (job: string) => ['--queue', nats.url, '--job', job];
  let jobs = 0;
  const ways: Record<string, () => Promise<Usage[]>> = {
    'one machine': async () => [await mirror('upyun://demo', 0, { of: 1 })],
    'one machine, queue': async () => [await mirror('upyun://demo', 0, { of: 1, more: queue(`j${++jobs}`) })],
    'two machines, half of the bucket each': () =>
      Promise.all([mirror('upyun://demo/d0', 0, { of: 2 }), mirror('upyun://demo/d1', 1, { of: 2 })]),
    'two machines, queue': () => {
      const more = queue(`j${++jobs}`);
      return Promise.all([mirror('upyun://demo', 0, { of: 2, more }), mirror('upyun://demo', 1, { of: 2, more })]);
    },
  };
  const found = new Map<string, { seconds: number; cpu: number; peak: number }[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [how, run] of Object.entries(ways)) {
        for (const machine of [0, 1]) rmSync(to(machine), { recursive: true, force: true });
        const usages = await run();
        const one = {
          seconds: Math.max(...usages.map(({ seconds }) => seconds)),
          cpu: usages.reduce((sum, { cpuSeconds = Number.NaN }) => sum + cpuSeconds, 0),
          peak: Math.max(...usages.map(({ peakMegabytes = Number.NaN }) => peakMegabytes)),
        };
        found.set(how, [...(found.get(how) ?? []), one]);
      }
    }
  } finally {
    await api.close();
    for (const cleanup of cleanups) await cleanup();
    for (const machine of [0, 1]) rmSync(to(machine), { recursive: true, force: true });
  }
  const alone = found.get('one machine')!;
  return [...found].map(([how, all]) => {
    const cpuSeconds = median(all.map(({ cpu }) => cpu));
    return {
      how,
      seconds: median(all.map(({ seconds }) => seconds)),
      cpuSeconds,
      cpuMicrosecondsAnObject: (cpuSeconds / objects) * 1e6,
      timesAlone: median(all.map(({ cpu }, round) => cpu / alone[round]!.cpu)),
      peakMegabytes: median(all.map(({ peak }) => peak)),
    };
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
