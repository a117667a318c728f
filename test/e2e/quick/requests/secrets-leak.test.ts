// Passwords and signatures stay out of everything that a failing run prints or writes.

import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import { assertNoSecrets, OPERATOR, PASSWORD } from '../../../support/cli/secrets.js';

/** All that a run could have said it in. The harness looks at stdout and stderr of every run, too. */
async function assertNothingLeaks({ server, folder }: World, output: string): Promise<void> {
  const written = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = [output];
  for (const item of written) {
    if (item.isFile() && !item.name.endsWith('.jpg'))
      texts.push(await readFile(join(item.parentPath, item.name), 'utf8'));
  }
  const signatures = server.log.map(({ headers }) => String(headers.authorization).split(':')[1]!).filter(Boolean);
  assert.ok(signatures.length > 0);
  for (const text of texts) {
    assertNoSecrets(text, 'a file');
    for (const signature of signatures) assert.ok(!text.includes(signature), `a signature in: ${text}`);
  }
}

test('no failing run shows the password, its digest or a signature: not in messages, not in the failures file', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(12) });
  const { server, mirror, run, to } = world;
  const faults = [
    { match: { kind: 'get', key: '0000.jpg' }, action: { resetBeforeHeaders: true } },
    { match: { kind: 'get', key: '0001.jpg' }, action: { status: 500 } },
    { match: { kind: 'get', key: '0002.jpg' }, action: { okWithHtml: true } },
    { match: { kind: 'get', key: '0003.jpg' }, action: { wrongBytes: true } },
    { match: { kind: 'get', key: '0004.jpg' }, action: { status: 403 } },
    { match: { kind: 'get', key: '0005.jpg' }, action: { status: 302 } },
    { match: { kind: 'get', key: '0006.jpg' }, action: { stallBeforeHeaders: true } },
  ] as const;
  for (const fault of faults) server.faults.add(fault);
  const failed = (await mirror('--retries', '1', '--timeout', '500ms')).expectExit(1);
  assert.equal(failed.summary.failed, 7);
  const plain = (await run(['mirror', 'upyun://pics', '--to', to, '--retries', '0', '--timeout', '500ms'])).expectExit(
    1,
  );
  server.faults.add({ match: { kind: 'list' }, action: { status: 401 } });
  const refused = (await run(['list', 'upyun://pics'])).expectExit(3);
  await assertNothingLeaks(world, failed.stderr + plain.stderr + refused.stderr);
});

test('a password in the wrong place is refused without being repeated', async (t) => {
  const { server, run } = await openWorld(t);
  const wrong = [
    ['list', `upyun://${OPERATOR}:${PASSWORD}@pics`],
    ['list', 'upyun://pics', `--password=${PASSWORD}`, '--password', PASSWORD, `-p${PASSWORD}`],
    ['list', 'upyun://pics', PASSWORD],
    ['list', 'upyun://pics', '--endpoint', `https://${OPERATOR}:${encodeURIComponent(PASSWORD)}@v0.api.upyun.com`],
    ['mirror', 'upyun://pics', '--domain', `https://${OPERATOR}:${PASSWORD}@example.com`],
  ];
  // The harness asserts that none of them prints it.
  for (const args of wrong) (await run(args)).expectExit(2);
  assert.equal(server.counters.connections, 0);
});

test("what a server says is printed as one harmless line, and an answer that repeats the request's headers leaks nothing", async (t) => {
  const { server, list } = await openWorld(t, { objects: manyObjects(2) });
  server.faults.add({ match: { kind: 'list' }, action: { status: { status: 403, body: 'html' } } });
  const result = (await list('--retries', '0')).expectExit(3);
  assert.doesNotMatch(result.stderr, /<html|\u001b/);
  assert.equal(result.stderr.trimEnd().split('\n').length, 1);
});

test('control characters in keys do not reach the terminal', async (t) => {
  const { to, run } = await openWorld(t, { objects: { 'a\u001b[2Jb\r.jpg': 'x' } });
  const input = '{"key":"a\\u001b[2Jb\\r.jpg","size":2}\n';
  const args = ['fetch', '--from', 'upyun://pics', '--to', to, '--retries', '0'];
  const result = (await run(args, { input })).expectExit(1);
  assert.match(result.stderr, /ERR_SIZE/);
  assert.doesNotMatch(result.stderr, /[\u0000-\u0009\u000b-\u001f]/);
});

test('the secret of --cdn-token-file and its tokens stay out of everything', async (t) => {
  const secret = 'cdn-S3cret-0f-links';
  const world = await openWorld(t, { objects: manyObjects(4), cdn: { tokenSecret: secret } });
  const { server, folder, mirror, run } = world;
  const file = join(folder, 'token.jpg');
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  const refused = { status: { status: 403, code: 40310013 } };
  server.faults.add({ match: { kind: 'get', view: 'cdn', key: '0002.jpg' }, action: refused });
  server.faults.add({ match: { kind: 'get', view: 'cdn', key: '0003.jpg' }, action: { resetBeforeHeaders: true } });
  const cdn = ['--domain', server.cdn('pics'), '--cdn-token-file', file, '--retries', '0', '--concurrency', '1'];
  const failed = (await mirror(...cdn, '--log-file', join(folder, 'log.ndjson'))).expectExit(1);
  assert.equal(failed.summary.stored, 2);
  const alone = await run(['mirror', 'upyun://pics', '--cdn-token-file', file]);
  assert.match(alone.expectExit(2).stderr, /--cdn-token-file signs the links of a CDN domain: give it with --domain/);
  await writeFile(file, 'another secret', { mode: 0o600 });
  const wrong = (await run(['mirror', 'upyun://pics', '--to', join(folder, 'other'), ...cdn])).expectExit(3);
  assert.match(wrong.stderr, /does not accept the token/);
  const tokens = server.log.flatMap(({ rawPath }) => /_upt=(\w+)/.exec(rawPath)?.[1] ?? []);
  assert.ok(tokens.length >= 4);
  const written = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = [failed.stderr, failed.stdout, alone.stderr, wrong.stderr];
  for (const item of written)
    if (item.isFile() && !item.name.endsWith('.jpg'))
      texts.push(await readFile(join(item.parentPath, item.name), 'utf8'));
  for (const text of texts)
    for (const hidden of [secret, 'another secret', '_upt', ...tokens]) assert.ok(!text.includes(hidden), text);
});
