// Passwords and headers of a list reach the server they are for, and nothing else: no screen, no log, no list, no state.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { serveWeb } from '../../../support/servers/urls.js';

const PASSWORD = 'Pa55-of-url';
const HEADER = 'T0ken-of-line';
const SIGNATURE = '5ignature0f0query';
const HIDDEN = [PASSWORD, HEADER, btoa(`me:${PASSWORD}`)];

test('no secret of a list is shown or written', async (t) => {
  const world = await openWorld(t);
  const other = await serveWeb(t, { '/moved': { body: 'moved' } });
  const { origin, routes, requests } = await serveWeb(t, {
    '/ok': { body: 'ok' },
    '/no': { status: 403, body: PASSWORD },
    '/bad': { status: 500, body: HEADER },
    '/moved': { status: 302, headers: { location: `${other.origin}/moved?X-Amz-Signature=${SIGNATURE}` } },
  });
  const secret = origin.replace('//', `//me:${PASSWORD}@`);
  const headers = { Authorization: `Bearer ${HEADER}`, 'X-Api-Key': HEADER };
  const lines = [
    ...['/ok', '/no', '/bad', '/moved', '/none'].map((path) => `${secret}${path}`),
    ...['/ok', '/no', '/bad'].map((path) => JSON.stringify({ url: `${origin}${path}?h`, headers })),
    `${origin}/signed?X-Amz-Credential=a&X-Amz-Signature=${SIGNATURE}`,
    `http://me:${PASSWORD}@`,
    `ftp://me:${PASSWORD}@${new URL(origin).host}/x`,
    JSON.stringify({ url: 7, headers }),
    `{"url":"${secret}/ok","headers":{"X-Api-Key":"${HEADER}"`,
    JSON.stringify({ url: `${secret}/ok`, key: 'twice', headers: { 'X-Api-Key': HEADER } }),
    JSON.stringify({ url: `${secret}/none`, key: 'twice', headers: { 'X-Api-Key': HEADER } }),
    `${secret}/not utf-8 \u00ff`,
  ];
  const log = join(world.folder, 'log');
  const manifest = join(world.folder, 'manifest');
  const common = ['fetch', '--to', world.to, '--retries', '1', '--log-file', log, '--manifest', manifest];
  for (const args of [['--json'], [], ['--dry-run'], ['--json', '--lang', 'zh']]) {
    const input = Buffer.from(lines.join('\n'), 'utf8');
    const { stdout, stderr } = await world.run([...common, ...args], { input });
    for (const text of [...HIDDEN, ...(args.includes('--dry-run') ? [] : [SIGNATURE])])
      assert.ok(!(stdout + stderr).includes(text), `${args}: ${text} in ${stdout}${stderr}`);
  }
  const state = join(world.to, '.sluice');
  for (const name of [log, manifest, ...(await readdir(state)).map((file) => join(state, file))]) {
    const text = await readFile(name, 'latin1').catch(() => '');
    for (const hidden of HIDDEN) assert.ok(!text.includes(hidden), `${hidden} in ${name}`);
    // The list of failures can be given again, so it has the URLs whole.
    if (!name.includes('failures')) assert.ok(!text.includes(SIGNATURE), `a signature in ${name}`);
  }
  assert.ok(requests.some(({ headers: sent }) => sent['x-api-key'] === HEADER));
  assert.deepEqual(
    other.requests.map(({ headers: sent }) => sent.authorization).filter((sent) => sent !== undefined),
    [],
  );
  // Names hold none, either.
  assert.deepEqual(
    (await readdir(world.to, { recursive: true })).filter((name) =>
      [...HIDDEN, SIGNATURE].some((text) => name.includes(text)),
    ),
    [],
  );
  assert.equal(routes['/signed'], undefined);
});
