// Pipes that close early end the run quietly with 0, however much there is still to list.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { proceduralBucket } from '../../../fakes/buckets/procedural-bucket.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree } from '../../../support/cli/tree.js';

/** A bucket that no run comes to the end of, from a server that takes its time. */
function openEndless(t: TestContext) {
  const pics = proceduralBucket({ directories: [1_000, 1_000], objectsPerDirectory: 1_000 });
  return openWorld(t, {
    buckets: { pics },
    faults: [{ match: { kind: 'list' }, action: { delayMs: 5 } }],
    logLimit: 0,
  });
}

/** Runs a command into `head -n 1`; the command's own exit code lies in a file beside it. */
function intoHead(command: string): string {
  return `{ "$NODE" "$SLUICE" ${command} 2> stderr; echo $? > code; } | head -n 1`;
}

for (const [name, command] of Object.entries({
  'list | head': 'list upyun://pics',
  'list --json | head': 'list upyun://pics --json --progress-interval 1h',
  'mirror --dry-run | head': 'mirror upyun://pics --dry-run',
})) {
  test(`${name} ends quietly with 0 although the listing has no end`, async (t) => {
    const { server, folder, shell } = await openEndless(t);
    const result = (await shell(intoHead(command))).expectExit(0);
    assert.equal(result.lines.length, 1);
    assert.equal((await readFile(join(folder, 'code'), 'utf8')).trim(), '0');
    const stderr = await readFile(join(folder, 'stderr'), 'utf8');
    // What a dry run looks at is named; a listing has no destination.
    if (command.startsWith('list')) assert.equal(stderr, '');
    else assert.match(stderr, /^[^\n]* dry run, nothing is fetched or written: upyun:\/\/pics → [^\n]*\/pics\n$/);
    assert.ok(server.counters.list < 2_000, `${server.counters.list} listings`);
    assert.equal(server.counters.get, 0);
    assert.ok(!existsSync(join(folder, 'pics')));
  });
}

test('a reader that takes nothing is waited for, and listing stops meanwhile', async (t) => {
  const { server, start } = await openEndless(t);
  const { child, result } = start(['list', 'upyun://pics']);
  child.stdout.pause();
  let seen = -1;
  // The pipe is full when no listing has come for a while; without backpressure that would never be.
  while (seen !== server.counters.list || seen < 1) {
    seen = server.counters.list;
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
  assert.ok(seen < 500, `${seen} listings`);
  child.stdout.destroy();
  (await result).expectExit(0);
});

test('a closed stderr does not end the job', async (t) => {
  const objects = manyObjects(200);
  const { folder, to, shell } = await openWorld(t, { objects });
  const args = `mirror upyun://pics --to '${to}' --json --progress-interval 1ms`;
  await shell(`{ "$NODE" "$SLUICE" ${args} 2>&1 >&3; echo $? > code; } 3> /dev/null | head -n 1`);
  assert.equal((await readFile(join(folder, 'code'), 'utf8')).trim(), '0');
  await assertTree(to, objects);
});

test('a consumer that dies takes the lister with it quietly: list | fetch with a wrong SOURCE', async (t) => {
  const { folder, shell } = await openEndless(t);
  const fetch = '"$NODE" "$SLUICE" fetch --from upyun://nothing --to out --quiet';
  const script = `{ "$NODE" "$SLUICE" list upyun://pics --quiet; echo $? > code; } | ${fetch}`;
  (await shell(script)).expectExit(3);
  assert.equal((await readFile(join(folder, 'code'), 'utf8')).trim(), '0');
});
