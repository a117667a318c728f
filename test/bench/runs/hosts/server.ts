// Several hosts of a list of URLs, in one process that is not the one that is measured. Each answers in its own way.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface HostSpec {
  readonly name: string;
  /** An answer takes this long. */
  readonly delayMs: number;
  /** Works on so many requests at once; the others wait. @default all */
  readonly workers?: number;
  /** Refuses what comes above so many at once. */
  readonly refusesAbove?: number;
  /** What a refusal says. */
  readonly refusal?: { readonly status: 429 | 503; readonly retryAfter?: number };
  /** What comes above so many at once makes it refuse everything for this long. (In virtual time only.) */
  readonly bansForMs?: number;
}

export interface HostCounts {
  readonly served: number;
  readonly refused: number;
  readonly mostAtOnce: number;
  /** From the first request to the end of the last answer. */
  readonly seconds: number;
  /** Mean time of an answer, its wait for a worker included. */
  readonly meanMs: number;
}

export const OBJECT_BYTES = 20_000;

interface Host {
  readonly origin: string;
  /** Since the last time. */
  counts(): HostCounts;
}

async function serve({ delayMs, workers = Number.POSITIVE_INFINITY, refusesAbove, refusal }: HostSpec): Promise<Host> {
  const body = Buffer.alloc(OBJECT_BYTES, 'x');
  const queue: (() => void)[] = [];
  const none = { served: 0, refused: 0, mostAtOnce: 0, beganMs: Number.NaN, endedMs: Number.NaN, sumMs: 0 };
  let seen = { ...none };
  let atOnce = 0;
  let working = 0;
  const server = createServer(async (_request, response) => {
    const beganMs = performance.now();
    if (Number.isNaN(seen.beganMs)) seen.beganMs = beganMs;
    if (refusesAbove !== undefined && atOnce >= refusesAbove) {
      seen.refused++;
      const { status, retryAfter } = refusal!;
      response.writeHead(status, { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) }).end();
      return;
    }
    seen.mostAtOnce = Math.max(seen.mostAtOnce, ++atOnce);
    if (working >= workers) await new Promise<void>((resolve) => queue.push(resolve));
    working++;
    await wait(delayMs);
    working--;
    queue.shift()?.();
    atOnce--;
    seen.served++;
    seen.endedMs = performance.now();
    seen.sumMs += seen.endedMs - beganMs;
    response.writeHead(200, { 'content-length': OBJECT_BYTES }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts() {
      const { served, refused, mostAtOnce, beganMs, endedMs, sumMs } = seen;
      seen = { ...none };
      return { served, refused, mostAtOnce, seconds: (endedMs - beganMs) / 1_000, meanMs: sumMs / served };
    },
  };
}

if (process.send !== undefined && process.argv[2] !== undefined) {
  const hosts = await Promise.all((JSON.parse(process.argv[2]) as HostSpec[]).map(serve));
  process.on('message', () => process.send!(hosts.map((host) => host.counts())));
  process.once('disconnect', () => process.exit());
  process.send(hosts.map(({ origin }) => origin));
}
