// `list --urls`: what it prints can be fetched by any tool, byte for byte.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { variantBody } from '../../../fakes/upyun/variant.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';

const OBJECTS: Record<string, string> = {
  'plain.jpg': 'one',
  '中文/a b%41+&?#;.jpg': 'two',
  "quo'te(1)*[x]~.jpg": 'three',
  'deep/er/"<>\\^`{|}.bin': 'four',
};

/** As a tool does that sends a URL as it stands. */
function fetched(url: string): Promise<string> {
  const [, host, port, path] = /^http:\/\/([^:/]+):(\d+)(\/.*)$/.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    const answered = request({ host, port, path }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece)).on('error', reject);
      answer.on('end', () => resolve(`${answer.statusCode} ${Buffer.concat(pieces)}`));
    });
    answered.on('error', reject).end();
  });
}

async function bodiesOf(output: string): Promise<string[]> {
  const urls = output.split('\n').slice(0, -1);
  for (const url of urls) assert.match(url, /^http:\/\/[\x21-\x7e]+$/);
  return (await Promise.all(urls.map(fetched))).sort();
}

const BODIES = Object.values(OBJECTS)
  .map((body) => `200 ${body}`)
  .sort();

test('each object has a URL of the CDN domain, encoded as Sluice sends it', async (t) => {
  const { server, list } = await openWorld(t, { objects: OBJECTS });
  const cdn = ['--domain', server.cdn('pics'), '--urls'];
  const listed = (await list(...cdn)).expectExit(0);
  assert.deepEqual(await bodiesOf(listed.stdout), BODIES);
  assert.ok(listed.stdout.includes(`${server.cdn('pics')}/%E4%B8%AD%E6%96%87/a%20b%2541%2B%26%3F%23%3B.jpg\n`));
  const versions = (await list(...cdn, '--variant', '!s400', '--include', 'plain.jpg')).expectExit(0);
  const thumbnail = variantBody(Buffer.from('one'), 's400');
  assert.deepEqual(await bodiesOf(versions.stdout), [`200 ${thumbnail}`]);
});

test('with --cdn-token-file the URLs are signed, and the run says for how long', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS, cdn: { tokenSecret: 'cdn-S3cret' } });
  const { server, folder, list } = world;
  const file = join(folder, 'token.txt');
  await writeFile(file, 'cdn-S3cret', { mode: 0o600 });
  const cdn = ['--domain', server.cdn('pics'), '--urls', '--cdn-token-file', file];
  const listed = (await list(...cdn, '--cdn-token-valid', '2h')).expectExit(0);
  assert.deepEqual(await bodiesOf(listed.stdout), BODIES);
  const [expires] = /\d{10}(?=\n)/.exec(listed.stdout)!;
  assert.ok(Math.abs(Number(expires) - Date.now() / 1000 - 7_200) < 600, expires);
  assert.match(listed.stderr, /a signature that ends 7200 s after it was printed/);
});

test('what makes no URLs is refused with the reason, before any request', async (t) => {
  const { server, run, list } = await openWorld(t, { objects: manyObjects(2) });
  const alone = (await list('--urls')).expectExit(2);
  assert.match(alone.stderr, /name a CDN domain of the bucket with --domain/);
  const domain = (await list('--domain', server.cdn('pics'))).expectExit(2);
  assert.match(domain.stderr, /--domain: for "list" only with --urls/);
  const shared = ['list', 'upyun://pics', '--urls', '--queue', 'nats://127.0.0.1:1', '--domain', server.cdn('pics')];
  assert.match((await run(shared)).expectExit(2).stderr, /prints nothing; leave out --queue/);
  assert.equal(server.counters.total, 0);
  // A variable serves other commands, too.
  (await run(['list', 'upyun://pics'], { env: { SLUICE_DOMAIN: server.cdn('pics') } })).expectExit(0);
});
