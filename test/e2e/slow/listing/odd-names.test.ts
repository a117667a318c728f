// Names that a text listing cannot hold: with line feeds, tabs and other control characters. They come in JSON.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, takeFetched } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';
import { deferred } from '../../../support/waiting.js';

const NAMES = [
  'x\ny.jpg',
  '\nleading.jpg',
  'trailing.jpg\n',
  'x\tN\t1\t2\ny.jpg',
  '\n',
  '\t',
  '\r\n',
  'a\rb',
  '\u0001\u001b[31m',
  'del\u007f',
  '\u0085\u2028',
  '"quoted"\\',
  '{"files":[]}',
];
const FOLDERS = ['', 'new\nline/', '\nfirst/', 'tab\tN\t1\t2\nrow/deep/', 'plain/'];
const TREE = Object.fromEntries(
  FOLDERS.flatMap((folder) => NAMES.map((name) => [folder + name, bytesFor(folder + name, 50)])),
);

test('names with control characters are listed, copied, verified, and told as one line each', async (t) => {
  const { server, to, run, mirror, list, fetch, folder } = await openWorld(t, { objects: TREE });
  const manifest = join(folder, 'manifest.ndjson');
  const result = (await mirror('--page-size', '4', '--manifest', manifest)).expectExit(0);
  assert.equal(result.counts.stored, Object.keys(TREE).length);
  await assertTree(to, TREE);
  assert.deepEqual(takeFetched(server), Object.keys(TREE).sort());
  (await mirror()).expectExit(0);
  assert.deepEqual(takeFetched(server), []);
  const verify = ['verify', 'upyun://pics', '--to', to, '--extra', '--checksum', '--json'];
  (await run(verify)).expectExit(0);
  const listing = (await list('--quiet')).expectExit(0);
  assert.deepEqual(listing.keys.sort(), Object.keys(TREE).sort());
  const again = (await fetch(listing.stdout)).expectExit(0);
  assert.equal(again.counts.skipped, listing.keys.length);
});

test('a name with a NUL is stored under another one', async (t) => {
  const objects = { 'nul\0.jpg': Buffer.from('x'), 'a\0/b': Buffer.from('y') };
  const { to, run, mirror } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  (await run(['verify', 'upyun://pics', '--to', to, '--extra', '--json'])).expectExit(0);
});

test('what fails of them is in the failures file, and fetch heals it', async (t) => {
  const { server, to, mirror, fetch } = await openWorld(t, { objects: TREE });
  server.faults.add({ match: { kind: 'get', key: /\n/ }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'list', directory: 'new\nline' }, action: { status: 403 } });
  (await mirror('--retries', '0')).expectExit(1);
  const failures = await readFailures(to);
  const lost = Object.keys(TREE).filter((key) => key.includes('\n') && !key.startsWith('new\n'));
  assert.deepEqual(failures.map(({ key }) => key).sort(), [...lost, 'new\nline'].sort());
  server.faults.clear();
  const lines = failures.map((failure) => `${JSON.stringify(failure)}\n`).join('');
  (await fetch(lines)).expectExit(0);
  await assertTree(to, TREE);
});

test('from a server that knows text only they are never lost without a word', async (t) => {
  for (const name of ['x\ny.jpg', '\nx.jpg', 'x.jpg\n', '\n']) {
    const objects = {
      'a.jpg': Buffer.from('a'),
      [name]: Buffer.from('x'),
      'z.jpg': Buffer.from('z'),
      'zz.jpg': Buffer.from('z'),
    };
    const { to, run, mirror } = await openWorld(t, { objects, list: { knowsJson: false } });
    (await mirror('--retries', '0')).expectExit(1);
    const failures = await readFailures(to);
    assert.deepEqual(
      failures.map(({ key, type }) => [key, type]),
      [['', 'folder']],
      JSON.stringify(name),
    );
    (await run(['verify', 'upyun://pics', '--to', to, '--json', '--retries', '0'])).expectExit(1);
  }
});

test('a job that was begun with text goes on with JSON, and the other way round', async (t) => {
  for (const knowsJson of [true, false]) {
    const objects = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`f${index % 4}/${index}.jpg`, bytesFor(`${index}`, 20)]),
    );
    const { server, to, start, mirror } = await openWorld(t, { objects, list: { knowsJson } });
    const held = deferred<void>();
    server.faults.add({ match: { kind: 'get' }, after: 9, action: { waitFor: held.promise } });
    const running = start(['mirror', 'upyun://pics', '--to', to, '--json', '--page-size', '3', '--concurrency', '2']);
    await until('ten requests', () => server.counters.get >= 10);
    running.child.kill('SIGKILL');
    await running.result.catch(() => {});
    held.resolve();
    server.faults.clear();
    server.list.knowsJson = !knowsJson;
    (await mirror('--page-size', '3')).expectExit(0);
    await assertTree(to, objects);
  }
});

test('a file whose content type is the word folder is copied', async (t) => {
  const objects = {
    'd/odd': { body: 'x', contentType: 'folder' },
    'd/e/f': 'y',
    'plain.jpg': { body: 'z', contentType: 'folder' },
  };
  const { to, run, mirror } = await openWorld(t, { objects });
  (await mirror()).expectExit(0);
  await assertTree(to, { 'd/odd': 'x', 'd/e/f': 'y', 'plain.jpg': 'z' });
  (await run(['verify', 'upyun://pics', '--to', to, '--extra', '--json'])).expectExit(0);
});
