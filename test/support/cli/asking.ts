// Asks `status` as its users do, with nothing at hand but the files of the job.

import assert from 'node:assert/strict';
import { manyObjects } from './contents.js';
import { until, type World } from './harness.js';

/** A folder that is done quickly, and one that can be made to hang. */
export const OBJECTS = { ...manyObjects(30, { folder: 'a/' }), ...manyObjects(5, { folder: 'b/' }) };

/** Nothing that `status` could use but the files. */
export const BARE = { SLUICE_ENDPOINT: undefined, UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined };

/** The JSON line. */
export type Answer = Record<string, unknown>;

/** With `--json`; nothing else may be said. */
export async function statusOf({ run }: World, args: readonly string[], code = 0): Promise<Answer> {
  const result = (await run(['status', ...args, '--json'], { env: BARE })).expectExit(code);
  assert.equal(result.stderr, '');
  assert.equal(result.lines.length, 1);
  // Each JSON line says when, and how serious it is. The rest is the answer.
  const { time, level, ...answer } = result.lines[0]!;
  assert.match(String(time), /^20\S+Z$/);
  assert.equal(level, 'info');
  return answer as Answer;
}

/** As people see it. */
export async function textOf({ run }: World, args: readonly string[], code = 0): Promise<string> {
  return (await run(['status', ...args], { env: BARE })).expectExit(code).stdout;
}

/** Asks until the answer is as expected, whatever its exit code. */
export async function untilStatus(
  world: World,
  args: readonly string[],
  isThere: (answer: Answer) => boolean,
): Promise<Answer> {
  let answer: Answer | undefined;
  let last = '';
  await until('an answer of `status` as expected', async () => {
    const { lines, stdout } = await world.run(['status', ...args, '--json'], { env: BARE });
    last = stdout;
    answer = lines[0];
    return answer !== undefined && isThere(answer);
  }).catch((error) => {
    throw new Error(`${error.message}; the last answer: ${last}`, { cause: error });
  });
  return answer!;
}

/** A mirror whose first folder is done and whose second one hangs. */
export async function startHanging(world: World) {
  const { server, start, to } = world;
  server.faults.add({ match: { kind: 'get', key: /^b\// }, action: { stallAfterBytes: 10 } });
  const running = start(['mirror', 'upyun://pics', '--to', to, '--json']);
  const answer = await untilStatus(
    world,
    ['--to', to],
    ({ done, lastCheckpoint }) => done === 30 && lastCheckpoint !== undefined,
  );
  return { ...running, answer };
}
