// Runs a command and says what it took, by the accounts of the operating system.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** GNU time: user and system seconds and the largest resident set of a process and of those it waited for. */
const TIME = '/usr/bin/time';

const LIMIT_MS = 15 * 60_000;

export interface Usage {
  readonly seconds: number;
  /** User and system time of all threads; undefined without GNU time. */
  readonly cpuSeconds: number | undefined;
  /** Largest resident set; undefined without GNU time. */
  readonly peakMegabytes: number | undefined;
}

export interface RunOptions {
  /** A file for stdin. */
  readonly input?: string | undefined;
  /** A file for stdout. */
  readonly output?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

export const hasTime = existsSync(TIME);

/** Rejects when it fails or takes too long: a figure of something else would be worse than none. */
export async function measure(command: readonly string[], options: RunOptions = {}): Promise<Usage> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const report = join(folder, 'time');
  const [program, ...args] = hasTime ? [TIME, '-q', '-f', '%U %S %M', '-o', report, ...command] : command;
  const input = options.input === undefined ? undefined : openSync(options.input, 'r');
  const output = options.output === undefined ? undefined : openSync(options.output, 'w');
  try {
    const beganMs = performance.now();
    const stdio = [input ?? 'ignore', output ?? 'ignore', 'pipe'] as const;
    const env = { ...process.env, ...options.env };
    const child = spawn(program!, args, { stdio: [...stdio], env, timeout: LIMIT_MS });
    let said = '';
    child.stderr!.on('data', (bytes) => {
      said = (said + bytes).slice(-2_000);
    });
    const [exitCode] = (await once(child, 'close')) as [number];
    const seconds = (performance.now() - beganMs) / 1_000;
    if (exitCode !== 0) throw new Error(`${command.join(' ').slice(0, 300)}: exit code ${exitCode}\n${said}`);
    const [user, system, kilobytes] = hasTime ? readFileSync(report, 'utf8').trim().split(' ').map(Number) : [];
    return {
      seconds,
      cpuSeconds: hasTime ? user! + system! : undefined,
      peakMegabytes: hasTime ? kilobytes! / 1_024 : undefined,
    };
  } finally {
    for (const fd of [input, output]) if (fd !== undefined) closeSync(fd);
    rmSync(folder, { recursive: true, force: true });
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
