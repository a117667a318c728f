// Whatever is damaged of what Sluice remembers: a wrong tree never passes, and what is wrong is named or an error says why.
// SLUICE_FUZZ_ROUNDS and SLUICE_FUZZ_SEED repeat it for longer, or exactly as it was.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { bytesFor, manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';
import { journalIn, killWhen } from '../../../support/cli/jobs.js';
import { random } from '../../../support/random.js';

const ROUNDS = Number(process.env.SLUICE_FUZZ_ROUNDS ?? 20);
const SEED = Number(process.env.SLUICE_FUZZ_SEED ?? Date.now() % 1_000_000);

const OBJECTS = {
  ...manyObjects(40, { folder: 'a/' }),
  ...manyObjects(40, { folder: 'b/' }),
  'c//d': bytesFor('cd', 40),
  'a/0007.jpg': bytesFor('seven', 1_000),
};

test(`${ROUNDS} times a flipped byte or a cut in .sluice: verify names what is wrong all the same (seed ${SEED})`, async (t) => {
  const next = random(SEED);
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, folder, run, start } = world;
  const volumes = [join(folder, 'one'), join(folder, 'two')];
  const to = volumes.flatMap((volume) => ['--to', volume]);
  const mirror = ['mirror', 'upyun://pics', ...to, '--reserve', '0'];
  // A journal with all kinds of lines: a run that was killed, and one that came to its end.
  const stall = server.faults.add({ match: { kind: 'get', key: /^b/ }, action: { stallBeforeHeaders: true } });
  await killWhen(start(mirror), journalIn(volumes[0]!), ({ knownTotals }) => knownTotals.settled >= 40);
  server.faults.remove(stall);
  (await run(mirror)).expectExit(0);

  const pathOf = (key: string) => volumes.map((volume) => join(volume, key)).find((path) => isThere(path))!;
  const wrong = pathOf('a/0007.jpg');
  const { atime, mtime } = statSync(wrong);
  const bytes = readFileSync(wrong);
  bytes[500]! ^= 1;
  writeFileSync(wrong, bytes);
  utimesSync(wrong, atime, mtime);
  unlinkSync(pathOf('b/0011.jpg'));

  const files = volumes.flatMap((volume) =>
    readdirSync(join(volume, '.sluice'), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(volume, '.sluice', entry.name)),
  );
  const pristine = new Map(files.map((path) => [path, readFileSync(path)]));
  const damageable = files.filter((path) => pristine.get(path)!.length > 0);
  for (let round = 0; round < ROUNDS; round++) {
    const path = damageable[Math.floor(next() * damageable.length)]!;
    const size = pristine.get(path)!.length;
    const place = Math.floor(next() * size);
    const isCut = next() < 0.4;
    if (isCut) truncateSync(path, place);
    else {
      const damaged = Buffer.from(pristine.get(path)!);
      damaged[place]! ^= 1 << Math.floor(next() * 8);
      writeFileSync(path, damaged);
    }
    const what = `${isCut ? 'cut' : 'flipped'} at ${place} of ${path}`;
    const result = await run(['verify', 'upyun://pics', ...to, '--checksum', '--quiet']);
    assert.ok(result.code === 1 || result.code === 3, `${what}: exit ${result.code}`);
    if (result.code === 1) {
      const named = result.lines.map((line) => line.key);
      for (const key of ['a/0007.jpg', 'b/0011.jpg']) assert.ok(named.includes(key), `${what}: ${key} passed`);
    } else assert.match(result.stderr, /\[ERR_\w+\]/, what);
    writeFileSync(path, pristine.get(path)!);
  }
});

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
