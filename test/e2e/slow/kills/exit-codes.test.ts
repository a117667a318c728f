// An exit code of 0 is a promise: it is given for what is done, and for nothing else.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type RunOptions, type World } from '../../../support/cli/harness.js';
import { unstamped } from '../../../support/cli/result.js';
import { assertTree } from '../../../support/cli/tree.js';
import { sabotage } from '../../../support/sabotage/sabotage.js';

const OBJECTS = { ...manyObjects(6, { folder: 'a/' }), ...manyObjects(6, { folder: 'b/' }) };
const LINES = `${Object.keys(OBJECTS).join('\n')}\n`;

/** From fewer than Node needs to more than these runs do. */
const LIMITS = Array.from({ length: 17 }, (_, index) => 16 + 6 * index);

function withOpenFiles(limit: number): RunOptions {
  return { prefix: ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'], input: LINES };
}

/** One line that says why, and a code. */
/** Without the times of a log; `status` and the queue commands write none. */
const saidBy = (command: string, stderr: string) => (/^(status|jobs)$/.test(command) ? stderr : unstamped(stderr));
const OURS = /^sluice: [^\n]* \[ERR_[A-Z_]+\]\n$/;

interface Sweep {
  args(world: World, folder: string): string[];
  /** What has to be so after an exit code of 0. */
  assertDone(world: World, result: { stdout: string; folder: string }): Promise<void> | void;
}

const SWEEPS: Record<string, Sweep> = {
  mirror: {
    args: (_, folder) => ['mirror', 'upyun://pics', '--to', folder],
    assertDone: (_, { folder }) => assertTree(folder, OBJECTS),
  },
  fetch: {
    args: (_, folder) => ['fetch', '--from', 'upyun://pics', '--to', folder],
    assertDone: (_, { folder }) => assertTree(folder, OBJECTS),
  },
  list: {
    args: () => ['list', 'upyun://pics'],
    assertDone: (_, { stdout }) => assert.equal(stdout.trim().split('\n').length, 12),
  },
  // Something is missing there, so that 0 would not be true.
  verify: {
    args: ({ to }) => ['verify', 'upyun://pics', '--to', to, '--checksum', '--extra'],
    assertDone: () => assert.fail('verify says that all is there'),
  },
  status: {
    args: ({ to }) => ['status', '--to', to],
    assertDone: (_, { stdout }) => assert.match(stdout, /12 listed|12 of 12|12 /),
  },
};

for (const [command, { args, assertDone }] of Object.entries(SWEEPS)) {
  test(`${command} with any limit of open files: 0 only when it is done, never silent, never for ever`, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS });
    (await world.mirror()).expectExit(0);
    await rm(join(world.to, 'a/0003.jpg'));
    const tooLow: number[] = [];
    for (const limit of LIMITS) {
      const folder = join(world.folder, `out-${limit}`);
      const { code, signal, stdout, stderr } = await world.run(args(world, folder), withOpenFiles(limit));
      const what = `${limit} files: exit ${code ?? signal}\n${stderr}`;
      if (code === 0) await assertDone(world, { stdout, folder });
      // Node itself ends with a signal, silently, or with 1 where it cannot read the first file of the command.
      if (code === 3) {
        assert.match(stderr, /\[ERR_OPEN_FILES\]/, what);
        assert.match(stderr, /ulimit -n/, what);
        assert.doesNotMatch(stderr, /remove that file|unmounted|broken|please report/, what);
        if (stdout === '' && !/listed =/.test(stderr))
          assert.match(
            saidBy(args(world, folder)[0]!, stderr).replace(/^(this process|upyun:\/\/\S+ →).*\n/gm, ''),
            OURS,
            what,
          );
        tooLow.push(limit);
      } else if (code === 1 && command !== 'verify') assert.match(stderr, /main\.js/, what);
    }
    assert.ok(tooLow.length > 0, 'no limit was too low for the command, but high enough for Node');
    if (command === 'status') return;
    // Whether the highest and the lowest of them are too low depends on what is open at the same time.
    const ended: (number | null)[] = [];
    for (const limit of tooLow.toReversed()) {
      const folder = join(world.folder, `json-${limit}`);
      const { code, events } = await world.run([...args(world, folder), '--json'], withOpenFiles(limit));
      ended.push(code);
      if (code !== 3) continue;
      assert.ok(events.some(({ event, code }) => event === 'error' && code === 'ERR_OPEN_FILES'));
      return;
    }
    assert.fail(`with --json none of ${tooLow} was too low: ${ended}`);
  });
}

const ENDS: Record<string, (to: string) => string[]> = {
  'jobs/run/run run': (to) => ['mirror', 'upyun://pics', '--to', to],
  'jobs/verify/verify runVerify': (to) => ['verify', 'upyun://pics', '--to', to],
  'cli/status tellStatus': (to) => ['status', '--to', to],
  'cli/manage manage': () => ['jobs', '--queue', 'nats://127.0.0.1:1'],
};

for (const [place, args] of Object.entries(ENDS)) {
  for (const kind of ['error', 'wait'] as const) {
    test(`exit 3 and one line when ${place} ${kind === 'wait' ? 'waits for nothing' : 'rejects'}`, async (t) => {
      const world = await openWorld(t, { objects: OBJECTS });
      (await world.mirror()).expectExit(0);
      const options = sabotage(`${place} ${kind} 1`);
      const result = (await world.run(args(world.to), options)).expectExit(3);
      assert.equal(result.stdout, '');
      assert.match(saidBy(args(world.to)[0]!, result.stderr).replace(/^upyun:\/\/\S+ →.*\n/m, ''), OURS);
      const json = (await world.run([...args(world.to).slice(0, 1), '--json', ...args(world.to).slice(1)], options)) //
        .expectExit(3);
      assert.ok(json.events.some(({ event, code }) => event === 'error' && code === 'ERR_INTERNAL'));
    });
  }
}
