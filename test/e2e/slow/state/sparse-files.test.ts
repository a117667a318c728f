// A gigabyte of zeros, which takes no room on a disk, in the place of each file that is read: it takes no memory either, and
// what it means is said.

import assert from 'node:assert/strict';
import { closeSync, copyFileSync, ftruncateSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, type World } from '../../../support/cli/harness.js';
import type { CliResult } from '../../../support/cli/result.js';
import { assertTree } from '../../../support/cli/tree.js';

const PEAK = new URL('../../../support/peak.js', import.meta.url).href;
/** A run of this size has about 100. */
const MOST_MIB = 350;
const SIZE_BYTES = 1024 ** 3;
const OBJECTS = { ...manyObjects(10, { folder: 'a/' }), ...manyObjects(10, { folder: 'b/' }) };

function makeSparse(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const fd = openSync(path, 'w');
  ftruncateSync(fd, SIZE_BYTES);
  closeSync(fd);
  if (statSync(path).blocks > 1_000) throw new Error('this file system knows no sparse files');
}

async function frugal({ folder, run }: World, args: readonly string[], input = ''): Promise<CliResult> {
  const peak = join(folder, 'peak');
  const result = await run(args, { input, env: { NODE_OPTIONS: `--import ${PEAK}`, SLUICE_PEAK: peak } });
  const mib = Number(readFileSync(peak, 'utf8'));
  assert.ok(mib > 0 && mib < MOST_MIB, `${mib} MiB: ${args.join(' ')}`);
  return result;
}

/** Of a finished job. */
async function finished(t: TestContext): Promise<World> {
  const world = await openWorld(t, { objects: OBJECTS });
  (await world.mirror()).expectExit(0);
  return world;
}

interface Expected {
  code: number;
  says?: RegExp;
}

/** By file: what a mirror, a verify, a status and a report of it say. */
const CASES: Record<string, { mirror: Expected; verify: Expected; status: Expected; report?: Expected }> = {
  journal: {
    mirror: { code: 0, says: /journal is damaged and cannot be used: the listing begins again/ },
    verify: { code: 0 },
    status: { code: 1, says: /journal is damaged/ },
  },
  'journal.previous': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 } },
  'volume.json': {
    mirror: { code: 3, says: /volume\.json cannot be read: it has 1,073,741,824 bytes.*ERR_VOLUME/ },
    verify: { code: 3, says: /volume\.json cannot be read: it has 1,073,741,824 bytes.*ERR_VOLUME/ },
    status: { code: 0, says: /volume\.json cannot be read: it has 1,073,741,824 bytes/ },
  },
  lock: {
    mirror: { code: 3, says: /lock is a file of another program.*ERR_LOCKED/ },
    verify: { code: 0 },
    status: { code: 0 },
  },
  'names.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'job-failures.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'retried.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'gone.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'run.json': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'runs.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'run-now.json': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'history.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'verify.json': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
  'source.json': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 } },
  'failures.ndjson': { mirror: { code: 0 }, verify: { code: 0 }, status: { code: 0 }, report: { code: 0 } },
};

for (const [file, expected] of Object.entries(CASES)) {
  test(`.sluice/${file} is a gigabyte of zeros`, async (t) => {
    const world = await finished(t);
    const { to } = world;
    for (const [command, { code, says }] of Object.entries(expected)) {
      makeSparse(join(to, '.sluice', file));
      const source = command === 'status' || command === 'report' ? [] : ['upyun://pics'];
      const extra = command === 'verify' ? ['--extra'] : [];
      const result = (await frugal(world, [command, ...source, '--to', to, ...extra])).expectExit(code);
      if (says !== undefined) assert.match(result.stdout + result.stderr, says);
    }
    await assertTree(to, OBJECTS);
  });
}

test('both journals are gigabytes of zeros', async (t) => {
  const world = await finished(t);
  for (const file of ['journal', 'journal.previous']) makeSparse(join(world.to, '.sluice', file));
  const result = (await frugal(world, ['mirror', 'upyun://pics', '--to', world.to])).expectExit(0);
  assert.match(result.stderr, /the listing begins again/);
});

test('zeros behind a whole journal: what is whole is used', async (t) => {
  const world = await finished(t);
  const journal = join(world.to, '.sluice', 'journal');
  const fd = openSync(journal, 'r+');
  ftruncateSync(fd, SIZE_BYTES);
  closeSync(fd);
  const { stdout } = (await frugal(world, ['status', '--to', world.to])).expectExit(0);
  assert.match(stdout, /finished/);
});

test('the lists of failures of runs before are gigabytes of zeros, and this one fails, too', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const list = join(world.to, '.sluice', 'failures.ndjson');
  world.server.faults.add({ match: { kind: 'get', key: 'a/0003.jpg' }, action: { status: { status: 403 } } });
  world.server.faults.add({ match: { kind: 'get', key: 'b/0003.jpg' }, action: { status: { status: 401 } } });
  makeSparse(list);
  makeSparse(`${list}.999999999.part`);
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--concurrency', '1', '--list-concurrency', '1'];
  (await frugal(world, args)).expectExit(3);
  world.server.faults.clear();
  (await frugal(world, args)).expectExit(1);
  const lines = readFileSync(list, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).key),
    ['a/0003.jpg'],
  );
});

test('a listing whose state is a gigabyte of zeros', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const state = join(world.folder, 'listing.state');
  makeSparse(state);
  const result = (await frugal(world, ['list', 'upyun://pics', '--state', state])).expectExit(2);
  assert.match(result.stderr, /was not written by Sluice; name a file that does not exist yet/);
  rmSync(state);
  (await frugal(world, ['list', 'upyun://pics', '--state', state])).expectExit(0);
  copyFileSync(state, `${state}.kept`);
  makeSparse(`${state}.failures`);
  makeSparse(`${state}.previous`);
  (await frugal(world, ['list', 'upyun://pics', '--state', state])).expectExit(0);
});

test('options, credentials and certificates that are gigabytes of zeros are wrong usage', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const file = join(world.folder, 'zeros.toml');
  makeSparse(file);
  for (const option of ['--config', '--credentials', '--ca-cert']) {
    const result = (await frugal(world, ['list', 'upyun://pics', option, file])).expectExit(2);
    assert.match(result.stderr, new RegExp(option));
  }
  for (const option of ['--queue-nkey-seed-file', '--queue-creds']) {
    const args = ['jobs', '--queue', 'nats://127.0.0.1:1', option, file];
    assert.match((await frugal(world, args)).expectExit(2).stderr, new RegExp(option));
  }
});
