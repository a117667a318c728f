// Odd rows and bad pages of a listing: a row is kept without what is odd in it, and a page that stays bad costs itself.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { assertTree, readFailures } from '../../../support/cli/tree.js';
import { LAST_MODIFIED, listingServer, textRow, type WrittenPage } from '../../../support/servers/listing-server.js';

const treeOf = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, key]));
const folderRow = (name: string) => `${name}\tF\t0\t1478701618`;
const HTML: WrittenPage = { body: '<html><body>busy</body></html>' };

/** Commands that ask a server of hand-written pages. */
async function openPages(t: TestContext, pages: Record<string, WrittenPage>) {
  const world = await openWorld(t);
  const server = await listingServer(t, pages);
  const run = (args: string[], input?: Parameters<typeof world.fetch>[0]) =>
    world.run(args, { env: { SLUICE_ENDPOINT: server.endpoint }, ...(input !== undefined && { input }) });
  const { to } = world;
  return {
    server,
    to,
    run,
    mirror: (...args: string[]) => run(['mirror', 'upyun://pics', '--to', to, '--json', '--retries', '1', ...args]),
    list: (...args: string[]) => run(['list', 'upyun://pics', '--json', '--retries', '1', ...args]),
    verify: (...args: string[]) => run(['verify', 'upyun://pics', '--to', to, '--json', '--retries', '0', ...args]),
    heal: () =>
      run(
        ['fetch', '--from', 'upyun://pics', '--to', to, '--json'],
        createReadStream(join(to, '.sluice', 'failures.ndjson')),
      ),
  };
}

test('objects of odd times and sizes are copied, in SOURCE as anywhere else', async (t) => {
  const odd = (folder: string) => [
    ...['-5', '', '1504443006.5', '99999999999999', 'soon', '1e9'].map((mtime, index) =>
      textRow(`t${index}`, { key: `${folder}t${index}`, mtime }),
    ),
    ...['', '-1', '1.5', 'large', '9007199254740991', '99999999999999999999'].map((size, index) =>
      textRow(`s${index}`, { size }),
    ),
    textRow('none', { size: '', mtime: '' }),
  ];
  const names = odd('').map((row) => row.split('\t')[0]!);
  const { server, to, mirror, list, verify } = await openPages(t, {
    '#': { body: [...odd(''), folderRow('d')].join('\n') },
    'd#': { body: odd('d/').join('\n') },
  });
  const objects = treeOf(...names, ...names.map((name) => `d/${name}`));
  const result = (await mirror()).expectExit(0);
  assert.deepEqual(result.counts, { listed: 26, stored: 26, skipped: 0, gone: 0, failed: 0 });
  await assertTree(to, objects);
  assert.equal((await stat(join(to, 't2'))).mtimeMs, 1_504_443_006_500);
  assert.equal((await stat(join(to, 't0'))).mtimeMs, Date.parse(LAST_MODIFIED), 'as the server says for the object');

  // A size or a time that is known binds; where nothing is known nothing that lies there will do.
  server.gets.length = 0;
  (await mirror()).expectExit(0);
  assert.deepEqual(server.gets.sort(), ['d/none', 'none']);
  (await verify('--extra')).expectExit(0);

  const lines = new Map(
    (await list())
      .expectExit(0)
      .stdout.trim()
      .split('\n')
      .map((line) => [JSON.parse(line).key, line]),
  );
  assert.equal(lines.get('t1'), '{"key":"t1","size":2}');
  assert.equal(lines.get('s1'), '{"key":"s1","mtime":"2016-11-09T14:26:58.000Z"}');
  assert.equal(lines.get('none'), '{"key":"none"}');
  assert.match(lines.get('t2')!, /"mtime":"2017-09-03T12:50:06\.500Z"/);
});

test('a row of an odd type is a failure of its own', async (t) => {
  const { to, mirror, verify } = await openPages(t, {
    '#': { body: `${textRow('a')}\nodd\tX\t3\t1478701618\n${textRow('b')}` },
  });
  const result = (await mirror()).expectExit(1);
  assert.deepEqual(result.counts, { listed: 3, stored: 2, skipped: 0, gone: 0, failed: 1 });
  assert.deepEqual(
    (await readFailures(to)).map(({ key, code }) => [key, code]),
    [['odd', 'ERR_UNSAFE_KEY']],
  );
  await assertTree(to, treeOf('a', 'b'));
  (await verify()).expectExit(1);
});

for (const folder of ['', 'd'] as const) {
  const path = folder === '' ? '' : `${folder}/`;
  const place = folder === '' ? 'SOURCE itself' : 'a folder';
  /** Three pages of the folder, two of which also lead to others. */
  const pagesOf = (changes: Record<string, WrittenPage> = {}): Record<string, WrittenPage> => ({
    ...(folder === '' ? {} : { '#': { body: [textRow('top'), folderRow(folder), folderRow('z')].join('\n') } }),
    [`${folder}#`]: { body: [textRow('a', { key: `${path}a` }), folderRow('sub')].join('\n'), next: '2' },
    [`${folder}#2`]: { body: textRow('b', { key: `${path}b` }), next: '3' },
    [`${folder}#3`]: { body: textRow('c', { key: `${path}c` }) },
    [`${path}sub#`]: { body: textRow('x', { key: `${path}sub/x` }) },
    'z#': { body: textRow('z', { key: 'z/z' }) },
    ...changes,
  });
  const others = [`${path}a`, `${path}sub/x`, ...(folder === '' ? [] : ['top', 'z/z'])];
  const all = [...others, `${path}b`, `${path}c`];

  test(`a page that stays bad costs itself in ${place}: the pages behind it are copied, and fetch heals it`, async (t) => {
    const bad = [HTML, { body: 'rubbish' }, { body: '{"files":[' }, { body: '{"msg":"busy","code":50300000}' }];
    for (const page of bad) {
      const { server, to, mirror, verify, list, heal } = await openPages(
        t,
        pagesOf({ [`${folder}#2`]: { ...page, next: '3' } }),
      );
      const result = (await mirror()).expectExit(1);
      assert.equal(server.lists.filter((one) => one === `${folder}#2`).length, 2, 'it is tried again');
      await assertTree(to, treeOf(...others, `${path}c`));
      const failures = await readFailures(to);
      assert.deepEqual(
        failures.map(({ key, type, code }) => [key, type, code]),
        [[folder, 'folder', 'ERR_LISTING']],
      );
      assert.equal(result.counts.failed, 1);
      (await verify()).expectExit(1);
      const listed = (await list('--json')).expectExit(1);
      assert.ok(listed.events.some(({ event, code }) => event === 'failure' && code === 'ERR_LISTING'));

      server.pages = pagesOf();
      (await heal()).expectExit(0);
      await assertTree(to, treeOf(...all));
      (await verify('--extra')).expectExit(0);
    }
  });

  test(`a page that cannot be had costs the rest of ${place}: what came before and other folders are copied`, async (t) => {
    for (const status of [500, 400, 404]) {
      const { server, to, mirror, heal } = await openPages(
        t,
        pagesOf({ [`${folder}#2`]: { status, body: '', hasCursor: false } }),
      );
      (await mirror()).expectExit(1);
      await assertTree(to, treeOf(...others));
      assert.deepEqual(
        (await readFailures(to)).map(({ key, type }) => [key, type]),
        [[folder, 'folder']],
      );
      server.pages = pagesOf();
      (await heal()).expectExit(0);
      await assertTree(to, treeOf(...all));
    }
  });

  test(`a bad page of ${place} keeps verify from calling files extra`, async (t) => {
    const { server, mirror, verify } = await openPages(t, pagesOf());
    (await mirror()).expectExit(0);
    server.pages = pagesOf({ [`${folder}#2`]: { ...HTML, next: '3' } });
    const result = (await verify('--extra')).expectExit(1);
    assert.doesNotMatch(result.stdout, /"reason":"extra"/);
    assert.match(result.stdout, /"reason":"unlisted"/);
  });
}

test('a bad first page of SOURCE: with a cursor the rest is copied, with rows they are, with nothing it is fatal', async (t) => {
  const second = { '#2': { body: textRow('b') }, 'd#': { body: textRow('x', { key: 'd/x' }) } };
  const cases: [WrittenPage, string[] | undefined][] = [
    [{ ...HTML, next: '2' }, ['b']],
    [{ body: `${textRow('a')}\n${folderRow('d')}\nrubbish`, next: '2' }, ['a', 'b', 'd/x']],
    [{ body: `${textRow('a')}\n${folderRow('d')}`, hasCursor: false }, ['a', 'd/x']],
    [{ ...HTML, hasCursor: false }, undefined],
    [{ ...HTML }, undefined],
    [{ status: 500, body: '', hasCursor: false }, undefined],
  ];
  for (const [page, stored] of cases) {
    const { to, mirror } = await openPages(t, { ...second, '#': page });
    const result = (await mirror()).expectExit(stored === undefined ? 3 : 1);
    if (stored === undefined) assert.match(result.stderr, /ERR_LIST_ROOT/);
    else await assertTree(to, treeOf(...stored));
  }
});

test('of a line of the failures file, SOURCE that gives nothing is one more failure', async (t) => {
  const { to, run } = await openPages(t, { '#': { status: 500, body: '', hasCursor: false } });
  const input = '{"key":"","type":"folder","error":"x","code":"ERR_LISTING","attempts":1}\n{"key":"other","size":5}\n';
  const result = (
    await run(['fetch', '--from', 'upyun://pics', '--to', to, '--json', '--retries', '0'], input)
  ).expectExit(1);
  assert.deepEqual(result.counts, { listed: 2, stored: 1, skipped: 0, gone: 0, failed: 1 });
  assert.deepEqual(
    (await readFailures(to)).map(({ key, type }) => [key, type]),
    [['', 'folder']],
  );
});
