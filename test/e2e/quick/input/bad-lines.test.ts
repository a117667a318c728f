// Input lines that are none: reported, kept in the failures file, and never in the way of the good ones.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects, takeFetched, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';

const BAD = ['{"key":"cut', '{"size":3}', '{"key":7}'];

test('three bad lines among good ones: the good are stored, the bad are in the failures file, exit 1', async (t) => {
  const objects = manyObjects(30);
  const { server, to, fetch } = await openWorld(t, { objects });
  const [first, ...others] = Object.keys(objects);
  const input = [BAD[0], first, BAD[1], ...others.slice(0, 14), BAD[2], ...others.slice(14)].join('\n');
  const result = (await fetch(input)).expectExit(1);
  assert.deepEqual(result.counts, { listed: 33, stored: 30, skipped: 0, gone: 0, failed: 3 });
  await assertTree(to, objects);
  assert.equal(takeFetched(server).length, 30);
  const failures = await readFailures(to);
  assert.deepEqual(
    failures.map(({ key, code, attempts }) => [key, code, attempts]),
    BAD.map((line) => [line, 'ERR_BAD_LINE', 0]),
  );
  assert.equal(result.stdout, '');
});

const EVERY_BAD_LINE: (string | Buffer)[] = [
  '{"key":"a.jpg","size":-1}',
  '{"key":"a.jpg","size":1.5}',
  '{"key":"a.jpg","size":"12"}',
  '{"key":"a.jpg","size":1e300}',
  '{"key":"a.jpg","mtime":"yesterday"}',
  '{"key":"a.jpg","mtime":1504444206}',
  '{"key":"a.jpg","mtime":"2017-13-41T00:00:00Z"}',
  '{"key":"a.jpg","etag":12}',
  '{"key":null}',
  '{"key":""}',
  '{}',
  '{"key":"a.jpg"}}',
  '{"key":"a.jpg"} {"key":"a.jpg"}',
  '{"key":"a.jpg",}',
  '["a.jpg"]',
  Buffer.from([0x61, 0xff, 0xfe, 0x2e, 0x6a, 0x70, 0x67]),
  Buffer.concat([Buffer.from('{"key":"'), Buffer.from([0xe5, 0x95]), Buffer.from('"}')]),
  `{"key":"${'x'.repeat(5_000_000)}"}`,
];

test('no bad line of any kind becomes a request, and each is reported once', async (t) => {
  const { server, to, fetch } = await openWorld(t, { objects: { 'good.jpg': 'good' } });
  const lines = [...EVERY_BAD_LINE, 'good.jpg'].flatMap((line) => [Buffer.from(line), Buffer.from('\n')]);
  const result = (await fetch(Buffer.concat(lines))).expectExit(1);
  assert.deepEqual(takeFetched(server), ['good.jpg']);
  assert.equal(result.summary.stored, 1);
  assert.equal(result.summary.failed, EVERY_BAD_LINE.length);
  const failures = await readFailures(to);
  assert.equal(failures.length, EVERY_BAD_LINE.length);
  // The very long one may be found too long for a line or for a name; the others are bad lines.
  const others = failures.filter(({ key }) => !key.includes('xxxx'));
  assert.deepEqual([...new Set(others.map(({ code }) => code))], ['ERR_BAD_LINE']);
  assert.ok((await readFile(join(to, '.sluice', 'failures.ndjson'))).length < 100_000, 'a long line is cut');
});

test('fed back, bad lines stay bad word for word and healed objects are stored', async (t) => {
  const objects = manyObjects(10);
  const { server, to, fetch } = await openWorld(t, { objects });
  const fault = server.faults.add({ match: { kind: 'get', key: /000[13]/ }, action: { status: 500 } });
  const input = [...Object.keys(objects), ...BAD].join('\n');
  const first = (await fetch(input, '--retries', '0')).expectExit(1);
  assert.deepEqual(first.counts, { listed: 13, stored: 8, skipped: 0, gone: 0, failed: 5 });
  const before = await readFailures(to);
  server.faults.remove(fault);
  takeRequests(server);

  for (const stored of [2, 0]) {
    // The very file that the run rewrites.
    const again = await fetch(createReadStream(join(to, '.sluice', 'failures.ndjson')));
    assert.equal(again.expectExit(1).summary.stored, stored);
    assert.equal(again.summary.failed, 3);
    assert.deepEqual(
      await readFailures(to),
      before.filter(({ code }) => code === 'ERR_BAD_LINE'),
    );
  }
  assert.deepEqual(takeFetched(server), ['0001.jpg', '0003.jpg']);
  await assertTree(to, objects);
});

test('fetch < DIR/.sluice/failures.ndjson, the file that it rewrites, heals everything once the server does', async (t) => {
  const objects = manyObjects(400);
  const { server, to, mirror, shell } = await openWorld(t, { objects });
  const fault = server.faults.add({ match: { kind: 'get', key: /[1-9]\.jpg/ }, action: { status: 502 } });
  assert.equal((await mirror('--retries', '0')).expectExit(1).summary.failed, 360);
  const fetchBack = `"$NODE" "$SLUICE" fetch --from upyun://pics --to '${to}' < '${to}/.sluice/failures.ndjson'`;

  (await shell(`${fetchBack} --retries 0 --quiet`)).expectExit(1);
  assert.equal((await readFailures(to)).length, 360, 'nothing is lost while the server is still ill');
  server.faults.remove(fault);
  const healed = await shell(fetchBack);
  assert.match(healed.expectExit(0).stderr, /360 listed = 360 stored/);
  await assertTree(to, objects);
  assert.deepEqual(await readFailures(to), []);
});

test('what a failures file says about an object is kept: listed size, mtime and etag', async (t) => {
  const { server, to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  server.faults.add({ match: { kind: 'get' }, action: { status: 500 }, times: 2 });
  const line = { key: 'a.jpg', size: 1, mtime: '2017-09-03T13:10:06.000Z', etag: '0cc175b9c0f1b6a831c399e269772661' };
  (await fetch(JSON.stringify(line), '--retries', '1')).expectExit(1);
  const [failure] = await readFailures(to);
  const { error, ...rest } = failure!;
  assert.match(error, /500/);
  assert.deepEqual(rest, { ...line, code: 'ERR_SERVER', attempts: 2 });
});
