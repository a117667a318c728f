// The same hosts in virtual time, with the real controllers: what `--per-host` brings and costs when no processor is busy.

import { type Server, simulate } from '../../simulation/simulation.js';
import type { HostSpec } from './server.js';

const SECONDS = 300;
const SEEDS = [1, 2, 3] as const;
/** A refusal comes back at once. */
const REFUSAL_MS = 2;

/** A column for each number: files a second, and refusals a minute if there are any. Means of three seeds, over five minutes. */
export function simulateHosts(hosts: readonly HostSpec[], numbers: readonly number[]): Record<string, string>[] {
  return hosts.map((host) => {
    const cells = numbers.map((perHost) => [`${perHost} at once`, cellOf(host, perHost)]);
    return { host: host.name, ...(Object.fromEntries(cells) as Record<string, string>) };
  });
}

function cellOf(host: HostSpec, max: number): string {
  const options = { seconds: SECONDS, concurrency: 'auto', max } as const;
  const results = SEEDS.map((seed) => simulate({ server: serverOf(host), ...options, seed }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const files = Math.round(mean(results.map(({ objectsPerSecond }) => objectsPerSecond)));
  const refused = mean(results.map((result) => (result.refused / SECONDS) * 60));
  return refused === 0 ? `${files}/s` : `${files}/s, ${refused.toFixed(1)} refused a minute`;
}

function serverOf({ delayMs, workers = Number.POSITIVE_INFINITY, refusesAbove, refusal, bansForMs }: HostSpec): Server {
  const freeMs = Number.isFinite(workers) ? Array<number>(workers).fill(0) : undefined;
  let bannedUntilMs = 0;
  return ({ atMs, underWay, random }) => {
    const isTooMany = underWay > (refusesAbove ?? Number.POSITIVE_INFINITY);
    if (isTooMany && bansForMs !== undefined) bannedUntilMs = atMs + bansForMs;
    if (isTooMany || atMs < bannedUntilMs) {
      const retryAfterMs = refusal?.retryAfter === undefined ? undefined : refusal.retryAfter * 1_000;
      return { atMs: atMs + REFUSAL_MS, isRefused: true, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    const tookMs = delayMs * (0.95 + 0.1 * random());
    if (freeMs === undefined) return { atMs: atMs + tookMs };
    const worker = freeMs.indexOf(Math.min(...freeMs));
    freeMs[worker] = Math.max(freeMs[worker]!, atMs) + tookMs;
    return { atMs: freeMs[worker]! };
  };
}
