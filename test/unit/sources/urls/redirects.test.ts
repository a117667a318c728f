// Redirects to another server, one server at a time.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { UrlTarget } from '../../../../src/model/urls/url-target.js';
import type { FetchedObject, Redirected } from '../../../../src/sources/source.js';
import { webFile } from '../../../fakes/http/http-server.js';
import { entryOf, openUrls, serveWeb } from '../../../support/servers/urls.js';
import { rejection } from '../../../support/waiting.js';

test('asked for one server only, it names the next one, which is asked without what the first one got', async (t) => {
  const other = await serveWeb(t, { '/x': { body: 'x' } });
  const server = await serveWeb(t, { '/x': { status: 302, headers: { location: `${other.origin}/x` } } });
  const source = openUrls(t);
  const { origins } = source;
  const entry = entryOf(source, { url: `${server.origin}/x`, key: 'k' });
  const answer = await origins!.get!(entry);
  assert.ok('redirectedTo' in answer);
  const { redirectedTo: next } = answer;
  assert.deepEqual([origins!.of(next), next.key, other.requests.length], [other.origin, 'k', 0]);
  // As it comes back from a file.
  const { asked } = origins!.lines!.read(origins!.lines!.write(entry, next)!);
  const { bytes } = (await origins!.get!(asked!)) as FetchedObject;
  assert.equal(Buffer.from(bytes!).toString(), 'x');
  // Back and forth: a loop is a loop, and the limit of redirects is that of the object.
  other.routes['/x'] = { status: 302, headers: { location: `${server.origin}/x` } };
  assert.match((await rejection<TransferError>(origins!.get!(asked!))).message, /lead back/);
});

test('where an old redirect led and is refused, the first URL is asked again', async (t) => {
  const body = Buffer.alloc(3_000_000, 'abc');
  const other = await serveWeb(t, { '/old': { status: 403 }, '/new': webFile(body) });
  const server = await serveWeb(t, { '/x': { status: 302, headers: { location: `${other.origin}/old` } } });
  const source = openUrls(t);
  const entry = entryOf(source, `${server.origin}/x`);
  const { target } = ((await source.origins!.get!(entry)) as Redirected).redirectedTo;
  const asked = (atMs: number) => ({
    ...entry,
    target: new UrlTarget(target!.origin, target!.path, undefined, { ...target!.trail!, atMs }),
  });
  const refusal = async (atMs: number) => {
    const { code, verdict } = await rejection<TransferError>(source.origins!.get!(asked(atMs)));
    return [code, verdict];
  };
  assert.deepEqual(await refusal(0), ['ERR_CHANGED', 'retry']);
  assert.deepEqual(await refusal(Date.now()), ['ERR_FORBIDDEN_OBJECT', 'skip']);
  // The rest of a body that took longer than its signature is good for.
  server.routes['/x'] = { status: 302, headers: { location: `${other.origin}/new` } };
  const broken = { fromBytes: 2_999_999, sizeBytes: body.length, etag: 'v1' };
  const pieces: Buffer[] = [];
  for await (const piece of await source.getRest!(asked(0), broken)) pieces.push(Buffer.from(piece));
  assert.equal(Buffer.concat(pieces).toString(), 'c');
});
