// What a store may answer to the listing and to one object, over the command: which ends the run, which costs one object.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { refuse, startS3Server } from '../../../fakes/s3/server.js';
import { openS3World } from '../../../support/cli/s3-world.js';
import { readFailures } from '../../../support/cli/tree.js';

const OBJECTS = Object.fromEntries(['a.jpg', 'b.jpg', 'c.jpg'].map((key) => [key, Buffer.from(key)]));

interface Answer {
  readonly status: number;
  /** None: an empty body. */
  readonly code?: string;
  readonly more?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface End {
  readonly exit: number;
  readonly code?: string;
  readonly says?: RegExp;
  /** Requests for what is refused. */
  readonly asked: number;
}

/** The run ends. A listing that is refused for another reason is a failure of SOURCE itself, and ends it, too. */
const ends = (code: string, says: RegExp, asked = 1): End => ({ exit: 3, code, says, asked });
/** That object fails, and the run goes on. With --retries 1 a retry is a second request. */
const fails = (code: string, asked: number, says?: RegExp): End => ({ exit: 1, code, asked, ...(says && { says }) });
const gone: End = { exit: 0, asked: 1 };

const EXPIRED = /keys have expired: get new ones/;
const REGION = { 'x-amz-bucket-region': 'eu-west-3' };

/**
 * Once for the listing, once for the object b.jpg. Undefined: does not occur there. After a 501, or a 400 without another
 * meaning, a page is also asked for by version 1 of the listing, in each attempt.
 */
const TABLE: readonly (readonly [name: string, answer: Answer, listing: End | undefined, object: End | undefined])[] = [
  [
    'AccessDenied',
    { status: 403, code: 'AccessDenied' },
    ends('ERR_AUTH', /check the keys/),
    fails('ERR_FORBIDDEN_OBJECT', 1),
  ],
  [
    'NoSuchBucket',
    { status: 404, code: 'NoSuchBucket' },
    ends('ERR_BUCKET', /so Sluice stops here; what is stored stays\. Check SOURCE and --endpoint/),
    ends('ERR_BUCKET', /Check SOURCE/),
  ],
  [
    'InvalidAccessKeyId',
    { status: 403, code: 'InvalidAccessKeyId' },
    ends('ERR_AUTH', /check the keys/),
    ends('ERR_AUTH', /check the keys/),
  ],
  [
    'SignatureDoesNotMatch',
    { status: 403, code: 'SignatureDoesNotMatch' },
    ends('ERR_AUTH', /what is stored stays\. To go on: check the secret key/),
    ends('ERR_AUTH', /check the secret key/),
  ],
  // Its Date is that of this machine, so there is nothing to learn from it.
  [
    'RequestTimeTooSkewed',
    { status: 403, code: 'RequestTimeTooSkewed' },
    ends('ERR_AUTH', /clock is too far/),
    ends('ERR_AUTH', /clock is too far/),
  ],
  ['ExpiredToken', { status: 400, code: 'ExpiredToken' }, ends('ERR_AUTH', EXPIRED), ends('ERR_AUTH', EXPIRED)],
  [
    'InternalError',
    { status: 500, code: 'InternalError' },
    ends('ERR_LIST_ROOT', /500 InternalError/, 2),
    fails('ERR_SERVER', 2),
  ],
  [
    'RequestTimeout',
    { status: 400, code: 'RequestTimeout' },
    ends('ERR_LIST_ROOT', /400 RequestTimeout/, 2),
    fails('ERR_SERVER', 2),
  ],
  [
    'InvalidObjectState',
    { status: 403, code: 'InvalidObjectState', more: '<StorageClass>GLACIER</StorageClass>' },
    undefined,
    fails('ERR_ARCHIVED', 1, /archived \(GLACIER\)/),
  ],
  ['NoSuchKey', { status: 404, code: 'NoSuchKey' }, undefined, gone],
  // Only AWS has an endpoint for each region: the others are signed for it, and nothing is followed elsewhere.
  [
    'PermanentRedirect',
    { status: 301, code: 'PermanentRedirect', more: '<Endpoint>evil.example</Endpoint>' },
    ends('ERR_LIST_ROOT', /301 PermanentRedirect/),
    fails('ERR_REDIRECT', 1),
  ],
  [
    '301 with the region header',
    { status: 301, code: 'PermanentRedirect', headers: REGION },
    ends('ERR_LIST_ROOT', /301/, 2),
    fails('ERR_REDIRECT', 2),
  ],
  [
    'MethodNotAllowed',
    { status: 405, code: 'MethodNotAllowed' },
    ends('ERR_LIST_ROOT', /405 MethodNotAllowed/),
    fails('ERR_REJECTED', 1),
  ],
  [
    'MethodNotAllowed of a deletion',
    { status: 405, code: 'MethodNotAllowed', headers: { 'x-amz-delete-marker': 'true' } },
    undefined,
    gone,
  ],
  [
    'NotImplemented',
    { status: 501, code: 'NotImplemented' },
    ends('ERR_LIST_ROOT', /501 NotImplemented/, 4),
    fails('ERR_SERVER', 2),
  ],
  [
    'InvalidArgument',
    { status: 400, code: 'InvalidArgument' },
    ends('ERR_LIST_ROOT', /400 InvalidArgument/, 2),
    fails('ERR_REJECTED', 1),
  ],
  ['InvalidRange', { status: 416, code: 'InvalidRange' }, undefined, fails('ERR_CHANGED', 2)],
];

function answer(response: ServerResponse, { status, code, more, headers = {} }: Answer): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (code === undefined) response.writeHead(status).end();
  else refuse(response, status, code, more);
}

async function refusedWorld(t: TestContext, path: string, fault: (response: ServerResponse, times: number) => boolean) {
  const server = await startS3Server({ objects: OBJECTS });
  t.after(() => server.close());
  let asked = 0;
  server.fault = (request, response) => request.path === path && fault(response, ++asked);
  const world = await openS3World(t, { endpoint: server.endpoint, keys: { accessKeyId: 'AK', secretAccessKey: 'SK' } });
  const result = await world.run(['mirror', 's3://pics', '--to', world.to, '--retries', '1', '--json']);
  return { result, to: world.to, asked };
}

for (const [name, given, listing, object] of TABLE) {
  test(`${name}: what it means for the listing, and for one object`, async (t) => {
    for (const [path, end] of [
      ['/pics', listing],
      ['/pics/b.jpg', object],
    ] as const) {
      if (end === undefined) continue;
      const { result, to, asked } = await refusedWorld(t, path, (response) => {
        answer(response, given);
        return true;
      });
      assert.equal(result.code, end.exit, `${path}: ${result.stderr}`);
      assert.equal(asked, end.asked, `${path}: requests\n${result.stderr}`);
      if (end.code !== undefined) assert.match(result.stderr, new RegExp(`"code":"${end.code}"`), path);
      if (end.says !== undefined) assert.match(result.stderr, end.says, path);
      if (end.exit === 3) continue;
      const { stored, gone, failed } = result.counts;
      assert.deepEqual([stored, gone, failed], end.exit === 0 ? [2, 1, 0] : [2, 0, 1], path);
      assert.deepEqual(
        (await readFailures(to)).map(({ key }) => key),
        end.exit === 0 ? [] : ['b.jpg'],
      );
    }
  });
}

test('what asks to slow down costs no attempt, and an error inside a 200 is tried again', async (t) => {
  const twice = (give: (response: ServerResponse) => void) => (response: ServerResponse, times: number) => {
    if (times <= 2) give(response);
    return times <= 2;
  };
  for (const code of ['SlowDown', 'ServiceUnavailable'])
    for (const path of ['/pics', '/pics/b.jpg']) {
      const { result, asked } = await refusedWorld(
        t,
        path,
        twice((response) => refuse(response, 503, code)),
      );
      assert.equal(result.expectExit(0).counts.stored, 3, `${code} ${path}`);
      assert.equal(asked, 3);
    }
  const inside = '<?xml version="1.0"?><Error><Code>InternalError</Code><Message>later</Message></Error>';
  const { result } = await refusedWorld(t, '/pics', (response, times) => {
    if (times === 1) response.end(inside);
    return times === 1;
  });
  assert.equal(result.expectExit(0).counts.stored, 3);
  // For an object it is a body of another size, and never stored.
  const object = await refusedWorld(t, '/pics/b.jpg', (response) => {
    response.writeHead(200, { 'content-type': 'application/xml' }).end(inside);
    return true;
  });
  assert.deepEqual(object.result.expectExit(1).counts, { listed: 3, stored: 2, skipped: 0, gone: 0, failed: 1 });
  assert.match(object.result.stderr, /"code":"ERR_SIZE"/);
});
