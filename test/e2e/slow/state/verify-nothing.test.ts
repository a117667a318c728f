// Where nothing was compared, nothing is alike.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';

const OBJECTS = manyObjects(5, { folder: 'a/' });

async function mirrored(t: TestContext) {
  const world = await openWorld(t, { objects: OBJECTS });
  (await world.mirror()).expectExit(0);
  const lines = async (input: string, ...args: string[]) =>
    world.run(['verify', '-', '--to', world.to, '--json', ...args], { input });
  return { world, lines };
}

test('an input without a line is not alike: exit 1, and it says so, with --extra and --checksum, too', async (t) => {
  const { world, lines } = await mirrored(t);
  for (const input of ['', '\n\n\n', '\r\n']) {
    for (const more of [[], ['--checksum']]) {
      const result = (await lines(input, ...more)).expectExit(1);
      assert.match(result.stderr, /"code":"ERR_NOTHING_COMPARED".*the input names no object/);
      assert.equal(result.stdout, '');
    }
  }
  assert.equal((await lines('', '--extra')).expectExit(1).lines.length, 5);
  const text = (await world.run(['verify', '-', '--to', world.to, '--quiet'])).expectExit(1);
  assert.match(text.stderr, /nothing was compared: .*--allow-empty/);
});

test('--allow-empty says that it is as it should be', async (t) => {
  const { lines } = await mirrored(t);
  (await lines('', '--allow-empty')).expectExit(0);
  (await lines('\n', '--allow-empty', '--checksum')).expectExit(0);
  (await lines('{"key":\n', '--allow-empty')).expectExit(1);
  (await lines('', '--allow-empty', '--extra')).expectExit(1);
});

test('lines that are none of ours differ, as before', async (t) => {
  const { lines } = await mirrored(t);
  const result = (await lines('{"key":\n{}\n')).expectExit(1);
  assert.doesNotMatch(result.stderr, /ERR_NOTHING_COMPARED/);
});

test('filters that leave nothing, of the input and of a listing: exit 1, unless that is meant', async (t) => {
  const { world, lines } = await mirrored(t);
  const input = Object.keys(OBJECTS).join('\n');
  const listed = (...args: string[]) => world.run(['verify', 'upyun://pics', '--to', world.to, '--json', ...args]);
  for (const filter of [
    ['--include', '*.jpgg'],
    ['--exclude', '**'],
    ['--exclude', 'a/**'],
  ]) {
    for (const ask of [(...args: string[]) => lines(input, ...args), listed]) {
      const result = (await ask(...filter)).expectExit(1);
      assert.match(result.stderr, /ERR_NOTHING_COMPARED.*the filters leave out everything/);
      (await ask(...filter, '--allow-empty')).expectExit(0);
    }
  }
  (await lines(input, '--include', '*.jpg')).expectExit(0);
});

test('a bucket that says itself that it is empty is alike', async (t) => {
  const world = await openWorld(t, { objects: {} });
  (await world.mirror()).expectExit(0);
  (await world.run(['verify', 'upyun://pics', '--to', world.to, '--json'])).expectExit(0);
});
