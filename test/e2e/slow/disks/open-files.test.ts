// The limit of open files sinks in the middle of a run: it goes on with fewer connections, and blames nothing and nobody.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree, tempFiles } from '../../../support/cli/tree.js';

const OBJECTS = Object.assign(
  {},
  ...Array.from({ length: 6 }, (_, folder) => manyObjects(50, { folder: `d${folder}/` })),
);
const skip = spawnSync('prlimit', ['--version']).status === 0 ? false : 'no prlimit (util-linux) here';

for (const command of ['mirror', 'fetch'] as const) {
  test(`${command}: fewer files than are open in the middle of a run cost time, and nothing else`, {
    skip,
  }, async (t) => {
    const faults = [{ match: { kind: 'get' as const }, action: { delayMs: 20 } }];
    const { server, to, start } = await openWorld(t, { objects: OBJECTS, faults });
    const source = command === 'mirror' ? ['upyun://pics'] : ['--from', 'upyun://pics'];
    const args = [command, ...source, '--to', to, '--json', '--retries', '0', '--concurrency', '48'];
    const { child, result } = start(args, { input: Object.keys(OBJECTS).join('\n') });
    await until('requests are under way', () => server.counters.get >= 60);
    const open = readdirSync(`/proc/${child.pid}/fd`).length;
    execFileSync('prlimit', ['--pid', String(child.pid), `--nofile=${open - 20}`]);
    const { counts, events, stderr } = (await result).expectExit(0);
    assert.deepEqual(counts, { listed: 300, stored: 300, skipped: 0, gone: 0, failed: 0 });
    await assertTree(to, OBJECTS);
    assert.deepEqual(await tempFiles(to), []);
    const said = events.filter(({ message }) => /too many files are open/.test(String(message)));
    assert.equal(said.length, 1, stderr);
    assert.match(String(said[0]!.message), /goes on.*no object is lost.*ulimit -n/);
    assert.doesNotMatch(stderr, /no more files|unmounted|does not answer|nothing is answered|MD5s are not recorded/);
  });
}
