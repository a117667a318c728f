// Bad pages where several machines share a listing: each costs itself, there as with one machine.

import assert from 'node:assert/strict';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { copiesIn, jobOf, openSharedWorld } from '../../../support/cli/shared.js';
import { readFailures } from '../../../support/cli/tree.js';
import { listingServer, textRow } from '../../../support/servers/listing-server.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();
const GOOD = {
  '#': { body: [textRow('a'), 'd\tF\t0\t1'].join('\n'), next: '2' },
  '#2': { body: textRow('b'), next: '3' },
  '#3': { body: textRow('c') },
  'd#': { body: [textRow('x', { key: 'd/x' }), textRow('odd', { key: 'd/odd', size: '-1', mtime: '' })].join('\n') },
};

test('a bad page of SOURCE is one failure of the job, what is beyond doubt is copied, and fetch heals it', {
  skip,
}, async (t) => {
  const world = await openSharedWorld(t);
  const bad = {
    ...GOOD,
    '#2': { body: `${textRow('b')}\nrubbish`, next: '3' },
    'd#': { ...GOOD['d#'], hasCursor: false },
  };
  const server = await listingServer(t, bad);
  const env = { SLUICE_ENDPOINT: server.endpoint };
  const machines = [0, 1].map((machine) => world.startMachine(machine, ['--retries', '0'], { env }));
  const results = await Promise.all(machines.map(({ result }) => result));
  for (const result of results) {
    result.expectExit(1);
    const { listed, stored, failed, isComplete } = jobOf(result);
    assert.deepEqual([listed, stored, failed, isComplete], [7, 5, 2, true]);
  }
  const folders = [world.folderOf(0), world.folderOf(1)];
  assert.deepEqual([...(await copiesIn(folders)).keys()].sort(), ['a', 'b', 'c', 'd/odd', 'd/x']);
  const failures = (await Promise.all(folders.map((folder) => readFailures(folder)))).flat();
  assert.deepEqual(failures.map(({ key, type, code }) => `${key} ${type} ${code}`).sort(), [
    ' folder ERR_LISTING',
    'd folder ERR_LISTING',
  ]);

  server.pages = GOOD;
  const path = join(world.folder, 'failures.ndjson');
  writeFileSync(path, failures.map((failure) => `${JSON.stringify(failure)}\n`).join(''));
  const heal = ['fetch', '--from', 'upyun://pics', '--to', folders[0]!, '--json'];
  (await world.run(heal, { env, input: createReadStream(path) })).expectExit(0);
});

test('sizes that no object has hold up no machine', { skip }, async (t) => {
  const world = await openSharedWorld(t);
  const sizes = ['9007199254740991', '100000000000001', '7', '1'];
  const rows = sizes.map((size, index) => textRow(`${index}`, { size }));
  const server = await listingServer(t, { '#': { body: rows.join('\n') } });
  const env = { SLUICE_ENDPOINT: server.endpoint };
  const result = (await world.startMachine(0, ['--retries', '0'], { env }).result).expectExit(1);
  const { listed, stored, failed, isComplete } = jobOf(result);
  assert.deepEqual([listed, stored, failed, isComplete], [4, 3, 1, true]);
  assert.doesNotMatch(result.stderr, /not written by Sluice|is full/);
  assert.deepEqual(
    (await readFailures(world.folderOf(0))).map(({ key, code }) => [key, code]),
    [['2', 'ERR_SIZE']],
  );
});

test('an audit tells of a page that is bad by then, and loses nothing of it', { skip }, async (t) => {
  const world = await openSharedWorld(t);
  const server = await listingServer(t, GOOD);
  const options = { env: { SLUICE_ENDPOINT: server.endpoint } };
  (await world.startMachine(0, ['--retries', '0'], options).result).expectExit(0);
  server.pages = { ...GOOD, '#2': { body: 'rubbish', next: '3' } };
  const audit = (await world.startMachine(0, ['--retries', '0', '--audit'], options).result).expectExit(1);
  assert.deepEqual([jobOf(audit).stored, jobOf(audit).failed], [5, 1]);
  assert.equal(server.lists.filter((place) => place === '#3').length, 2);
});

test('SOURCE that gives nothing at all ends each machine', { skip }, async (t) => {
  const world = await openSharedWorld(t);
  const server = await listingServer(t, { '#': { status: 500, body: '', hasCursor: false } });
  const result = await world.startMachine(0, ['--retries', '0'], { env: { SLUICE_ENDPOINT: server.endpoint } }).result;
  result.expectExit(3);
  assert.match(result.stderr, /ERR_LIST_ROOT/);
});
