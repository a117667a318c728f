// A 404 that is no word of the API: of another bucket's domain, of a cache, of an image version that there is not.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { memoryBucket } from '../../../fakes/buckets/memory-bucket.js';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { openSharedWorld } from '../../../support/cli/shared.js';
import { assertTree, failureCodes, readFailures } from '../../../support/cli/tree.js';

const OBJECTS = manyObjects(20);
const isThere = (folder: string) => existsSync(join(folder, '.sluice', 'gone.ndjson'));

test('the domain of another bucket: failures that say who has them and who does not serve them, without retries', async (t) => {
  const buckets = { pics: memoryBucket(OBJECTS), other: memoryBucket(manyObjects(3)) };
  const { server, to, mirror, run } = await openWorld(t, { buckets });
  const domain = server.cdn('other');
  const result = (await mirror('--domain', domain)).expectExit(1);
  // (Names are those of the other bucket by chance; sizes tell them apart, or do not.)
  const { stored, gone } = result.counts;
  assert.equal(gone, 0);
  assert.equal(takeRequests(server, 'get').filter(({ status }) => status === 404).length, 17, 'one request each');
  const failures = (await readFailures(to)).filter(({ code }) => code === 'ERR_NOT_SERVED');
  assert.equal(failures.length, 17);
  for (const { error, attempts } of failures) {
    assert.ok(error.includes(server.endpoint) && error.includes(domain), error);
    assert.equal(attempts, 1);
  }
  assert.ok(!isThere(to));
  const messages = result.events.filter(({ event }) => event === 'message').map(({ message }) => String(message));
  assert.ok(messages.some((text) => text.includes(domain) && text.includes('is it the domain of this bucket?')));
  assert.ok(stored <= 3);
  const plain = await run(['mirror', 'upyun://pics', '--to', `${to}2`, '--domain', domain]);
  assert.match(plain.expectExit(1).stderr, /is it the domain of this bucket\?/);
});

test('what the API does not have either is gone', async (t) => {
  const { server, bucket, to, fetch } = await openWorld(t, { objects: OBJECTS });
  bucket.delete('0003.jpg');
  const lines = Object.entries(OBJECTS).map(([key, body]) => JSON.stringify({ key, size: body.length }));
  const result = (await fetch(lines.join('\n'), '--domain', server.cdn('pics'))).expectExit(0);
  assert.deepEqual(result.counts, { listed: 20, stored: 19, skipped: 0, gone: 1, failed: 0 });
  assert.equal(takeRequests(server, 'head').length, 1);
  assert.ok(isThere(to));
});

test('a cached 404 of one object is a failure of that one, which is stored later', async (t) => {
  const { server, to, mirror, fetch } = await openWorld(t, { objects: OBJECTS });
  const fault = server.faults.add({ match: { view: 'cdn', key: '0003.jpg' }, action: { gone: true } });
  (await mirror('--domain', server.cdn('pics'))).expectExit(1);
  assert.deepEqual(await failureCodes(to), { '0003.jpg': 'ERR_NOT_SERVED' });
  server.faults.remove(fault);
  const failures = (await readFailures(to)).map((line) => JSON.stringify(line)).join('\n');
  (await fetch(failures, '--domain', server.cdn('pics'))).expectExit(0);
  await assertTree(to, OBJECTS);
});

test('errors of the confirmation are those of any request: tried again, and never "gone"', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: OBJECTS });
  server.faults.add({ match: { view: 'cdn', key: '0003.jpg' }, action: { gone: true } });
  const fault = server.faults.add({ match: { kind: 'head' }, action: { status: 503 }, times: 2 });
  const result = (await mirror('--domain', server.cdn('pics'))).expectExit(1);
  assert.equal((result.summary as unknown as { retries: number }).retries, 2);
  assert.deepEqual(await failureCodes(to), { '0003.jpg': 'ERR_NOT_SERVED' });
  server.faults.remove(fault);
  server.faults.add({ match: { kind: 'head' }, action: { status: 503 } });
  const again = (await mirror('--domain', server.cdn('pics'), '--retries', '1')).expectExit(1);
  assert.deepEqual([again.summary.gone, await failureCodes(to)], [0, { '0003.jpg': 'ERR_SERVER' }]);
});

test('an API that knows no HEAD is asked with a GET', async (t) => {
  for (const status of [403, 405, 501]) {
    const { server, bucket, to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'aaa', 'b.jpg': 'b' } });
    server.faults.add({ match: { kind: 'head' }, action: { status } });
    server.faults.add({ match: { view: 'cdn' }, action: { gone: true } });
    bucket.delete('b.jpg');
    const lines = '{"key":"a.jpg","size":3}\n{"key":"b.jpg","size":1}\n';
    const result = (await fetch(lines, '--domain', server.cdn('pics'))).expectExit(1);
    assert.deepEqual([result.summary.gone, await failureCodes(to)], [1, { 'a.jpg': 'ERR_NOT_SERVED' }]);
  }
});

test('without an operator, or with a wrong one, nobody confirms: a failure that says so', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--json', '--domain', server.cdn('pics')];
  const input = 'a.jpg\n{"key":"b.jpg","size":1}\n';
  for (const [env, word] of [
    [{ UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined }, /UPYUN_OPERATOR/],
    [{ UPYUN_OPERATOR: 'nobody', UPYUN_PASSWORD: 'nothing' }, /credentials/],
  ] as const) {
    const result = (await run(args, { env, input })).expectExit(1);
    assert.deepEqual([result.summary.stored, result.summary.gone], [1, 0]);
    const [failure] = await readFailures(to);
    assert.deepEqual([failure!.key, failure!.code], ['b.jpg', 'ERR_NOT_SERVED']);
    assert.match(failure!.error, word);
    assert.match(failure!.error, /cannot be asked whether the object is gone/);
  }
});

test('an image version that there is not hides nothing, through the API or a domain', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: OBJECTS });
  for (const view of ['rest', 'cdn'] as const) {
    server.faults.clear();
    server.faults.add({ match: { kind: 'get', view }, action: { gone: true } });
    const more = view === 'cdn' ? ['--domain', server.cdn('pics')] : [];
    const result = (await mirror('--variant', '!nosuch', '--restart', ...more)).expectExit(1);
    assert.deepEqual([result.summary.gone, result.summary.failed], [0, 20]);
    const [failure] = await readFailures(to);
    assert.equal(failure!.code, 'ERR_NOT_SERVED');
    assert.match(failure!.error, /version !nosuch/);
    assert.match(result.stderr, /none of the 20 objects/);
  }
});

test('a machine that shares a job confirms, too', async (t) => {
  const world = await openSharedWorld(t, { objects: OBJECTS });
  world.server.faults.add({ match: { view: 'cdn', key: '0003.jpg' }, action: { gone: true } });
  const { result } = world.startMachine(1, ['--domain', world.server.cdn('pics')]);
  assert.equal((await result).expectExit(1).summary.gone, 0);
  assert.deepEqual(await failureCodes(world.folderOf(1)), { '0003.jpg': 'ERR_NOT_SERVED' });
});

test('an object that goes away in the middle of its body is confirmed, not believed', async (t) => {
  const large = Buffer.alloc(3_000_000, 'x');
  const { server, to, mirror } = await openWorld(t, { objects: { 'large.jpg': large } });
  server.faults.add({ match: { view: 'cdn', kind: 'get' }, action: { resetAfterBytes: 2_000_000 }, times: 1 });
  server.faults.add({ match: { view: 'cdn', kind: 'get' }, action: { gone: true }, after: 1 });
  const result = (await mirror('--domain', server.cdn('pics'))).expectExit(1);
  assert.equal(result.summary.gone, 0);
  assert.deepEqual(await failureCodes(to), { 'large.jpg': 'ERR_NOT_SERVED' });
});
