// Bodies that are not what was promised: never under their final name, tried again, and told apart by their codes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { sizedObject } from '../../../fakes/buckets/procedural-body.js';
import type { FaultAction } from '../../../fakes/wire/fault-script.js';
import { bytesFor, takeRequests } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, failureCodes, readFailures, tempFiles } from '../../../support/cli/tree.js';

interface Case {
  readonly action: FaultAction;
  readonly codes: readonly string[];
  /** Not worth asking again. */
  readonly isFinal?: boolean;
}

const CASES: Record<string, Case> = {
  truncated: { action: { truncateAfterBytes: 700 }, codes: ['ERR_TRUNCATED'] },
  'nothing of it': { action: { truncateAfterBytes: 0 }, codes: ['ERR_TRUNCATED', 'ERR_NETWORK'] },
  'one byte short': { action: { truncateAfterBytes: 1e9 }, codes: ['ERR_TRUNCATED'] },
  'reset in the middle': { action: { resetAfterBytes: 700 }, codes: ['ERR_TRUNCATED', 'ERR_NETWORK'] },
  'reset before the answer': { action: { resetBeforeHeaders: true }, codes: ['ERR_NETWORK'] },
  'wrong bytes': { action: { wrongBytes: true }, codes: ['ERR_DIGEST'] },
  'wrong ETag': { action: { wrongEtag: true }, codes: ['ERR_DIGEST'] },
  'longer than listed': { action: { tooLongByBytes: 1 }, codes: ['ERR_SIZE'] },
  'overwritten since': { action: { changed: true }, codes: ['ERR_SIZE'] },
  'gzip unasked': { action: { gzipUnasked: true }, codes: ['ERR_ENCODED', 'ERR_SIZE'] },
  'error as 200 JSON': { action: { okWithErrorJson: true }, codes: ['ERR_SIZE'] },
  'error as 200 HTML': { action: { okWithHtml: true }, codes: ['ERR_SIZE'] },
  '206 for the whole': { action: { status: 206 }, codes: ['ERR_PROTOCOL'] },
  '204 no content': { action: { status: { status: 204, body: 'empty' } }, codes: ['ERR_PROTOCOL'] },
  '304 not modified': { action: { status: { status: 304, body: 'empty' } }, codes: ['ERR_PROTOCOL'] },
  '302 elsewhere': { action: { status: 302 }, codes: ['ERR_REDIRECT'], isFinal: true },
  '400 refused': { action: { status: 400 }, codes: ['ERR_REJECTED'], isFinal: true },
  '403 forbidden': { action: { status: 403 }, codes: ['ERR_FORBIDDEN_OBJECT'], isFinal: true },
  '500 with HTML': { action: { status: { status: 500, body: 'html' } }, codes: ['ERR_SERVER'] },
  'a folder': { action: { folderListing: true }, codes: ['ERR_PATH_CONFLICT'], isFinal: true },
};

const SIZES: Record<string, number> = { small: 1_400, large: 1_400_000 };
const WHOLE = Object.fromEntries(
  Object.entries(SIZES).flatMap(([size, bytes]) =>
    ['whole', ...Object.keys(CASES)].map((name) => [`${size}/${name}`, bytesFor(`${size}/${name}`, bytes)] as const),
  ),
);

function faults(times: number) {
  return Object.entries(CASES).flatMap(([name, { action }]) =>
    Object.keys(SIZES).map((size) => ({ match: { kind: 'get' as const, key: `${size}/${name}` }, action, times })),
  );
}

test('a body that stays wrong fails with its code, leaves nothing behind and keeps nobody else from being stored', async (t) => {
  const { server, to, mirror } = await openWorld(t, { objects: WHOLE, faults: faults(Infinity) });
  const result = (await mirror('--retries', '1')).expectExit(1);
  assert.equal(result.summary.stored, 2);
  await assertTree(to, { 'small/whole': WHOLE['small/whole']!, 'large/whole': WHOLE['large/whole']! });
  assert.deepEqual(await tempFiles(to), []);

  const failures = new Map((await readFailures(to)).map((failure) => [failure.key, failure]));
  const asked = takeRequests(server, 'get').map(({ key }) => key);
  for (const [name, { codes, isFinal }] of Object.entries(CASES)) {
    for (const size of Object.keys(SIZES)) {
      const key = `${size}/${name}`;
      const { code, attempts } = failures.get(key)!;
      assert.ok(codes.includes(code), `${key}: ${code}`);
      assert.equal(attempts, isFinal ? 1 : 2, `attempts of ${key}`);
      const requests = asked.filter((one) => one === key).length;
      // A connection that had served before and is reset without an answer is no attempt: the request goes out again.
      const most = name === 'reset before the answer' ? 2 * attempts : attempts;
      assert.ok(requests >= attempts && requests <= most, `${requests} requests for ${key}`);
    }
  }
});

test('a body that is wrong once is fetched again and stored', async (t) => {
  const passing = Object.entries(CASES).filter(([, { isFinal }]) => !isFinal);
  const names = new Set(['whole', ...passing.map(([name]) => name)]);
  const objects = Object.fromEntries(Object.entries(WHOLE).filter(([key]) => names.has(key.split('/')[1]!)));
  const { to, mirror } = await openWorld(t, { objects, faults: faults(1) });
  (await mirror('--retries', '1')).expectExit(0);
  await assertTree(to, objects);
  assert.deepEqual(await failureCodes(to), {});
  assert.deepEqual(await tempFiles(to), []);
});

test('what is there already stays as it was when its new version does not arrive whole', async (t) => {
  const { server, bucket, to, mirror } = await openWorld(t, { objects: { 'a.jpg': 'old' } });
  (await mirror()).expectExit(0);
  bucket.put('a.jpg', 'the new version');
  server.faults.add({ match: { kind: 'get' }, action: { truncateAfterBytes: 3 } });
  (await mirror('--retries', '0')).expectExit(1);
  await assertTree(to, { 'a.jpg': 'old' });
});

test('an etag in the input line binds when it is an MD5', async (t) => {
  const { to, fetch } = await openWorld(t, { objects: { 'a.jpg': 'changed', 'b.jpg': bytesFor('b', 2_000_000) } });
  const etag = '0123456789abcdef0123456789ABCDEF';
  const input = ['a.jpg', 'b.jpg'].map((key) => JSON.stringify({ key, etag })).join('\n');
  (await fetch(input, '--retries', '0')).expectExit(1);
  assert.deepEqual(await failureCodes(to), { 'a.jpg': 'ERR_ETAG', 'b.jpg': 'ERR_ETAG' });
  await assertTree(to, {});
});

const DIGESTS = ['content-md5', 'both', 'none'] as const;

test('objects arrive with every mixture of digest headers, and without Content-Length', async (t) => {
  const objects = { 'a.jpg': bytesFor('a', 5_000), 'empty.jpg': '', 'large.bin': bytesFor('large', 2_500_000) };
  const withEtag = { body: bytesFor('old', 100), etag: 'FhGxwKpFvyYvY0Xo3dWBDF4dB7dA' };
  const { server, folder, run } = await openWorld(t, { objects: { ...objects, 'old.jpg': withEtag } });
  for (const digest of DIGESTS) {
    Object.assign(server.object, { digest, chunked: digest !== 'both' });
    (await run(['mirror', 'upyun://pics', '--to', digest])).expectExit(0);
    await assertTree(`${folder}/${digest}`, { ...objects, 'old.jpg': withEtag.body });
  }
});

test('Content-MD5 alone betrays wrong bytes, and a chunked body its wrong length', async (t) => {
  const objects = { 'bytes.jpg': 'bytes', 'long.jpg': 'long', 'short.bin': sizedObject(2_000_000), 'cut.jpg': 'cut' };
  const { server, to, mirror } = await openWorld(t, { objects });
  Object.assign(server.object, { digest: 'content-md5', chunked: true });
  server.faults.add({ match: { kind: 'get', key: 'bytes.jpg' }, action: { wrongBytes: true } });
  server.faults.add({ match: { kind: 'get', key: 'long.jpg' }, action: { tooLongByBytes: 3 } });
  server.faults.add({ match: { kind: 'get', key: /short|cut/ }, action: { truncateAfterBytes: 2 } });
  (await mirror('--retries', '0')).expectExit(1);
  const { 'bytes.jpg': bytes, 'long.jpg': long, ...cut } = await failureCodes(to);
  assert.deepEqual([bytes, long], ['ERR_DIGEST', 'ERR_SIZE']);
  assert.deepEqual(Object.keys(cut).sort(), ['cut.jpg', 'short.bin']);
  await assertTree(to, {});
});
