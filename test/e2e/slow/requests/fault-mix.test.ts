// Trouble of all kinds at once, each alone, and each for good: what passes costs time only, what stays is listed and healed.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { FaultAction } from '../../../fakes/wire/fault-script.js';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, readFailures, tempFiles } from '../../../support/cli/tree.js';

const DOWNLOAD_FAULTS: Record<string, FaultAction> = {
  '500': { status: 500 },
  '503': { status: 503 },
  '429': { status: 429 },
  reset: { resetAfterBytes: 300 },
  'reset before the answer': { resetBeforeHeaders: true },
  truncation: { truncateAfterBytes: 500 },
  stall: { stallAfterBytes: 300 },
  silence: { stallBeforeHeaders: true },
  corruption: { wrongBytes: true },
  'an error page with 200': { okWithHtml: true },
};
const LIST_FAULTS: Record<string, FaultAction> = {
  '500': { status: 500 },
  '429': { status: 429 },
  reset: { resetBeforeHeaders: true },
};

function contents(folders: number, perFolder: number): Record<string, Buffer> {
  const small = Array.from({ length: folders }, (_, folder) => manyObjects(perFolder, { folder: `d${folder}/` }));
  return { ...Object.assign({}, ...small), 'large.bin': bytesFor('large', 2_500_000) };
}

test('everything at once, a few percent of each: exit 0, byte by byte', { timeout: 120_000 }, async (t) => {
  const objects = contents(60, 50);
  const { server, to, mirror } = await openWorld(t, { objects });
  for (const [seed, action] of Object.values(DOWNLOAD_FAULTS).entries()) {
    server.faults.add({ match: { kind: 'get' }, action, probability: 0.03, perKey: true, seed });
  }
  for (const [seed, action] of Object.values(LIST_FAULTS).entries()) {
    server.faults.add({ match: { kind: 'list' }, action, probability: 0.05, perKey: true, seed: 100 + seed });
  }
  const ended = (await mirror('--timeout', '1s', '--retries', '8', '--page-size', '20')).expectExit(0);
  const all = Object.keys(objects).length;
  assert.deepEqual([ended.summary.listed, ended.summary.stored, ended.summary.failed], [all, all, 0]);
  const { retries } = ended.summary as unknown as { retries: number };
  assert.ok(retries > 300, `${retries} retries: the test is worth something`);
  await assertTree(to, objects);
  assert.deepEqual(await tempFiles(to), []);
});

for (const [kind, faults] of [
  ['get', DOWNLOAD_FAULTS],
  ['list', LIST_FAULTS],
] as const) {
  for (const [name, action] of Object.entries(faults)) {
    test(`${name} now and then (${kind}): exit 0, byte by byte`, async (t) => {
      const objects = contents(6, 30);
      const { server, to, mirror } = await openWorld(t, { objects });
      const fault = server.faults.add({ match: { kind }, action, probability: 0.1, perKey: true });
      (await mirror('--timeout', '1s', '--page-size', '10')).expectExit(0);
      assert.ok(server.faults.fired(fault) > 0);
      await assertTree(to, objects);
    });
  }
}

for (const [name, action] of Object.entries(DOWNLOAD_FAULTS)) {
  test(`${name} for good, of some objects: exit 1, all of them listed, and healed by a fetch`, async (t) => {
    const objects = contents(4, 20);
    const { server, to, mirror, shell } = await openWorld(t, { objects });
    const isIll = (key: string) => /d[13]\/00[01]7/.test(key);
    server.faults.add({ match: { kind: 'get', key: /d[13]\/00[01]7/ }, action });
    const ill = Object.keys(objects).filter(isIll);
    const ended = (await mirror('--timeout', '500ms', '--retries', '1')).expectExit(1);
    assert.deepEqual(
      [ended.summary.failed, ended.summary.stored],
      [ill.length, Object.keys(objects).length - ill.length],
    );
    assert.deepEqual((await readFailures(to)).map(({ key }) => key).sort(), ill.sort());
    server.faults.clear();
    const script = `"$NODE" "$SLUICE" fetch --from upyun://pics --to '${to}' < '${to}/.sluice/failures.ndjson'`;
    (await shell(script)).expectExit(0);
    await assertTree(to, objects);
  });
}

for (const [name, action] of Object.entries(LIST_FAULTS)) {
  test(`${name} for good, of a folder: exit 1, the folder is listed, and healed by a fetch`, async (t) => {
    const objects = contents(4, 20);
    const { server, to, mirror, shell } = await openWorld(t, { objects });
    server.faults.add({ match: { kind: 'list', directory: 'd2' }, action });
    const ended = (await mirror('--timeout', '500ms', '--retries', '1')).expectExit(1);
    assert.deepEqual([ended.summary.failed, ended.summary.stored], [1, Object.keys(objects).length - 20]);
    assert.deepEqual(
      (await readFailures(to)).map(({ key }) => key),
      ['d2'],
    );
    server.faults.clear();
    const script = `"$NODE" "$SLUICE" fetch --from upyun://pics --to '${to}' < '${to}/.sluice/failures.ndjson'`;
    (await shell(script)).expectExit(0);
    await assertTree(to, objects);
  });
}
