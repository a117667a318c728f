// What a list of URLs has stored is verified by its manifest.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { startHost, urlsOf } from '../../../support/servers/hosts.js';

test('a manifest that has each line twice counts each object once, also by what it was compared by', async (t) => {
  const world = await openWorld(t);
  const host = await startHost(t);
  const manifest = join(world.to, '..', 'manifest.ndjson');
  const args = ['fetch', '--to', world.to, '--manifest', manifest];
  assert.equal((await world.run(args, { input: urlsOf(host.origin, 3).join('\n') })).code, 0);
  await writeFile(join(world.to, `127.0.0.1:${host.port}`, '2'), '??');
  const input = (await readFile(manifest, 'utf8')).repeat(2);
  const verify = ['verify', '-', '--to', world.to, '--checksum', '--json'];
  const { code, summary, stdout, stderr } = await world.run(verify, { input });
  const { listed, skipped, failed, checkedBy } = summary as typeof summary & { checkedBy?: object };
  assert.deepEqual([code, listed, skipped, failed], [1, 3, 2, 1], stderr);
  assert.deepEqual(checkedBy, { md5: 3 }, stderr);
  assert.equal(stdout.trimEnd().split('\n').length, 1, 'one finding');
});
