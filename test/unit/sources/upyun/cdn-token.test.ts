// Signed links of a CDN domain with anti-leech.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { CdnTokens, cdnToken } from '../../../../src/sources/upyun/cdn-token.js';
import { variantBody } from '../../../fakes/upyun/variant.js';
import { openSource, serveBucket } from '../../../support/servers/upyun.js';
import { rejection } from '../../../support/waiting.js';

const SECRET = 'cdn-S3cret';
const KEY = 'dir/中文 a%2F+&?#.jpg';
const token = { secret: SECRET, validMs: 60_000 };

test('signs as the vectors of the documentation: the decoded path with its version', () => {
  assert.equal(cdnToken('mysecret', 1370000600, '/dir/pic.jpg'), 'af8b8df91370000600');
  assert.equal(cdnToken('mysecret', 1370000600, '/中文 a.jpg!s400'), '76ea66641370000600');
  const tokens = new CdnTokens({ secret: 'mysecret', validMs: 599_500, nowMs: () => 1_370_000_000_000 });
  const path = '/%E4%B8%AD%E6%96%87%20a.jpg!s400';
  assert.equal(tokens.sign(path, tokens.date()), `${path}?_upt=76ea66641370000600`);
});

test('fetches what the domain gives only with a token: bodies, their rest, versions, and HEAD', async (t) => {
  const large = Buffer.alloc(2_000_000, 'x');
  const objects = { [KEY]: Buffer.from('one'), 'large.bin': large };
  const { server } = await serveBucket(t, objects, { server: { cdn: { tokenSecret: SECRET } } });
  const source = openSource(t, server.endpoint, { domain: server.cdn('pics'), token });
  assert.equal(Buffer.from((await source.get({ key: KEY })).bytes!).toString(), 'one');
  assert.match(String(await source.digest!({ key: KEY })), /^[0-9a-f]{32}$/);
  const { etag, stream } = await source.get({ key: 'large.bin', size: large.length });
  stream!.abort!(new Error('only its headers are wanted') as TransferError);
  const rest = await source.getRest!(
    { key: 'large.bin' },
    { fromBytes: 1_999_999, sizeBytes: large.length, etag: etag! },
  );
  for await (const piece of rest) assert.equal(Buffer.from(piece).toString(), 'x');
  const versions = openSource(t, server.endpoint, { domain: server.cdn('pics'), token, variant: '!s400' });
  const version = await versions.get({ key: KEY });
  assert.ok(Buffer.from(version.bytes!).equals(variantBody(Buffer.from('one'), 's400')));
  for (const { rawPath, headers } of server.log.filter(({ view }) => view === 'cdn')) {
    assert.match(rawPath, /\?_upt=[0-9a-f]{8}\d{10}$/);
    assert.equal(headers.authorization, undefined);
  }
});

test('a secret that is wrong ends the run with the first answer, and is in no message', async (t) => {
  const { server } = await serveBucket(t, { [KEY]: 'one' }, { server: { cdn: { tokenSecret: SECRET } } });
  const source = openSource(t, server.endpoint, { domain: server.cdn('pics'), token: { ...token, secret: 'Wr0ng' } });
  const error = await rejection<TransferError>(source.get({ key: KEY }));
  assert.deepEqual([error.code, error.status], ['ERR_AUTH', 403]);
  assert.match(error.message, /does not accept the token. Check that --cdn-token-file .*40310013/);
  assert.doesNotMatch(error.message, /Wr0ng|_upt/);
  const unsigned = openSource(t, server.endpoint, { domain: server.cdn('pics') });
  const refused = await rejection<TransferError>(unsigned.get({ key: KEY }));
  assert.equal(refused.code, 'ERR_FORBIDDEN_OBJECT');
  assert.match(refused.message, /wants a token: give the secret of the domain with --cdn-token-file/);
});

test('after a token was taken, a refusal is about one object', async (t) => {
  const { server } = await serveBucket(t, { a: 'one', b: 'two' }, { server: { cdn: { tokenSecret: SECRET } } });
  const source = openSource(t, server.endpoint, { domain: server.cdn('pics'), token });
  await source.get({ key: 'a' });
  const status = { status: 403, code: 40310013 } as const;
  server.faults.add({ match: { kind: 'get', key: 'b' }, action: { status } });
  const error = await rejection<TransferError>(source.get({ key: 'b' }));
  assert.equal(error.code, 'ERR_FORBIDDEN_OBJECT');
  assert.match(error.message, /has accepted others/);
});

test('signs by the clock of the server where this machine is behind by more than a link is good', async (t) => {
  const nowMs = () => Date.now() + 5 * 3_600_000;
  const { server } = await serveBucket(t, { a: 'one' }, { server: { cdn: { tokenSecret: SECRET }, nowMs } });
  const source = openSource(t, server.endpoint, { domain: server.cdn('pics'), token });
  assert.equal(Buffer.from((await source.get({ key: 'a' })).bytes!).toString(), 'one');
  assert.equal(Buffer.from((await source.get({ key: 'a' })).bytes!).toString(), 'one');
  assert.deepEqual(
    server.log.map(({ status }) => status),
    [403, 200, 200],
  );
});
