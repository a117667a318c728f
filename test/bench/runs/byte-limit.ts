// How much of a byte limit is used when answers take a while, with a number of requests that finds itself and with a fixed one.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../../bin/sluice/main.js', import.meta.url));
const SERVER = fileURLToPath(new URL('../../fakes/main.js', import.meta.url));
const LIMIT_BYTES_PER_SECOND = 30 * 1024 * 1024;
/** 1.6 GB: the beginning must not weigh too much. */
const CONTENTS = ['--nested', '250x240', '--median-bytes', '20000', '--delay-ms', '50'];
const ENV = { ...process.env, UPYUN_OPERATOR: 'bench', UPYUN_PASSWORD: 'bench' };

export interface LimitUse {
  readonly concurrency: string;
  readonly megabytes: number;
  /** From the first byte of the process to its end. */
  readonly seconds: number;
  /** Of the limit, over the whole run of the process. */
  readonly 'used %': number;
}

export async function measureLimit(): Promise<LimitUse[]> {
  const server = spawn(process.execPath, [SERVER, ...CONTENTS, '--operator', 'bench', '--password', 'bench'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
    const { endpoint } = JSON.parse(line) as { endpoint: string };
    const measured: LimitUse[] = [];
    for (const concurrency of ['auto', '128']) measured.push(await measure(endpoint, concurrency));
    return measured;
  } finally {
    server.kill();
  }
}

async function measure(endpoint: string, concurrency: string): Promise<LimitUse> {
  const to = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  try {
    const args = [
      'mirror',
      'upyun://demo',
      '--endpoint',
      endpoint,
      '--to',
      to,
      '--bwlimit',
      '30M',
      '--json',
      '--quiet',
    ];
    const beganMs = performance.now();
    const run = spawn(process.execPath, [CLI, ...args, '--concurrency', concurrency], {
      env: ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const summary = await lastLine(run);
    const seconds = (performance.now() - beganMs) / 1000;
    const { bytes } = JSON.parse(summary) as { bytes: number };
    return {
      concurrency,
      megabytes: Math.round(bytes / 1e6),
      seconds: Number(seconds.toFixed(1)),
      'used %': Number(((100 * bytes) / seconds / LIMIT_BYTES_PER_SECOND).toFixed(1)),
    };
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
}

async function lastLine(run: ChildProcess): Promise<string> {
  let last = '';
  for await (const line of createInterface({ input: run.stderr! })) last = line;
  return last;
}
