// The server as a process of its own.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseRows, rawRequest, signed, signedGet } from '../../fakes/wire/raw-client.js';

const MAIN = fileURLToPath(new URL('../../fakes/main.js', import.meta.url));

async function run(t: TestContext, ...flags: string[]) {
  const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { endpoint, cdn } = JSON.parse((await lines.next()).value ?? '');
  return { child, endpoint, cdn, lines };
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  return child.exitCode ?? (await once(child, 'exit'))[0];
}

test('serves a procedural bucket to another process and ends on a signal', async (t) => {
  const flags = ['--nested', '3x1000', '--bucket', 'big', '--operator', 'me', '--password', 'pw', '--cap', '50'];
  const { child, endpoint, cdn, lines } = await run(t, ...flags, '--no-md5', '--counters');
  const path = '/big/d1/';
  const headers = { ...signed(path, { operator: 'me', password: 'pw' }), 'x-list-limit': '9999' };
  const rows = parseRows((await rawRequest(endpoint, path, { headers })).text);
  assert.equal(rows.length, 50);
  const answer = await rawRequest(cdn, `/d1/${rows[0]?.name}`);
  assert.deepEqual([answer.status, answer.body.length, answer.headers.etag], [200, rows[0]?.size, undefined]);
  child.kill('SIGTERM');
  assert.equal(await exitCode(child), 0);
  assert.equal(JSON.parse((await lines.next()).value ?? '').total, 2);
});

test('ends when its standard input closes, if told so', async (t) => {
  const { child, endpoint } = await run(
    t,
    '--images',
    '5',
    '--until-stdin-closes',
    '--fault',
    '{"action":{"status":503}}',
  );
  assert.equal((await signedGet(endpoint, '/demo/')).status, 503);
  child.stdin.end();
  assert.equal(await exitCode(child), 0);
});
