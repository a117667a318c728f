// promtool of Prometheus: it reads metrics and alert rules as the server does. Where there is none its tests are skipped,
// visibly; with REQUIRE_PROMTOOL=1 they fail instead.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { findProgram } from '../servers/programs.js';

const MISSING = 'no promtool: apt-get install prometheus';

/** For `test(name, { skip: skipWithoutPromtool() }, …)`. */
export function skipWithoutPromtool(): string | false {
  if (findProgram('promtool') !== undefined) return false;
  assert.notEqual(process.env.REQUIRE_PROMTOOL, '1', MISSING);
  return MISSING;
}

export interface PromtoolResult {
  readonly status: number | null;
  readonly output: string;
}

export function promtool(args: readonly string[], input = ''): PromtoolResult {
  const { status, stdout, stderr } = spawnSync(findProgram('promtool')!, args, { input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}
