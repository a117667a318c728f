// Asks `doctor` as its users do, and finds the lines in its answer.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions, World } from './harness.js';
import type { CliResult } from './result.js';

/** More than this at a server is no look any more. */
const MOST_REQUESTS = 40;

export interface FoundCheck {
  readonly check: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly message: string;
  readonly advice?: string;
  readonly data?: Record<string, unknown>;
}

export interface Checkup {
  readonly result: CliResult;
  readonly checks: FoundCheck[];
  /** The only check of that name; it has to be there. */
  the(name: string): FoundCheck;
  /** Names of all checks that are not ok, in order. */
  readonly odd: string[];
}

/** With `--json`. Nothing may be said on stderr, the exit code has to fit the levels, and the server is asked little. */
export async function checkup({ run, server }: World, args: readonly string[], options?: RunOptions): Promise<Checkup> {
  const before = server.counters.total;
  const result = await run(['doctor', ...args, '--json'], options);
  assert.ok(server.counters.total - before <= MOST_REQUESTS, `${server.counters.total - before} requests`);
  assert.equal(result.stderr, '');
  return readCheckup(result);
}

export function readCheckup(result: CliResult): Checkup {
  assert.equal(result.lines.length, 1, result.stdout);
  const { event, checks, ok, warnings, problems } = result.lines[0] as Record<string, unknown>;
  assert.equal(event, 'doctor');
  const found = checks as FoundCheck[];
  const count = (level: string) => found.filter((one) => one.level === level).length;
  assert.deepEqual([ok, warnings, problems], [count('ok'), count('warning'), count('problem')]);
  result.expectExit(count('problem') > 0 ? 1 : 0);
  return {
    result,
    checks: found,
    the(name) {
      const all = found.filter(({ check }) => check === name);
      assert.equal(all.length, 1, `${name} in ${result.stdout}`);
      return all[0]!;
    },
    odd: found.filter(({ level }) => level !== 'ok').map(({ check, level }) => `${level} ${check}`),
  };
}

/** Every file and folder below, with its size: to be the same afterwards. */
export function everythingBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (readdirSync(folder, { recursive: true }) as string[])
    .map((path) => `${path} ${lstatSync(join(folder, path)).isDirectory() ? '/' : lstatSync(join(folder, path)).size}`)
    .sort();
}
