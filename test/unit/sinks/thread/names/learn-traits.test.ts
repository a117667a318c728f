// What a disk makes of names and times: asked when it is opened for writing, kept in its marker, and read from there.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openVolume } from '../../../../../src/sinks/disks/volume.js';
import { markerPath, readTraits } from '../../../../../src/sinks/state/marker.js';
import { joinTraits, parseTraits, type Traits } from '../../../../../src/sinks/state/traits.js';
import { openedVolumes, tempFolder, writeTraits } from '../../../../support/disks/files.js';
import { oddDisk } from '../../../../support/disks/odd-disks.js';

const NONE: Traits = { names: {}, times: {} };

async function traitsOf(root: string, isReadOnly = false): Promise<Traits> {
  const volume = await openVolume(root, { isReadOnly });
  await volume.close();
  return volume.traits;
}

test('a disk that folds nothing says so, and nothing is left of the questions', async (t) => {
  const root = tempFolder(t);
  const { names } = await traitsOf(root);
  assert.deepEqual(names, {});
  assert.deepEqual(readdirSync(join(root, '.sluice', 'tmp')), []);
});

for (const [kind, names] of [
  ['ntfs', ['folding']],
  ['exfat', ['folding', 'refused']],
] as const) {
  test(`${kind} folds names, and is known without writing afterwards`, async (t) => {
    const disk = oddDisk(t, kind);
    if (disk === undefined) return;
    const root = join(disk.root, 'to');
    mkdirSync(root);
    // Nobody has asked it yet: what can be seen without writing.
    writeFileSync(join(root, 'user'), '');
    assert.deepEqual(await traitsOf(root, true), { names: { folding: 'names' }, times: {} });
    assert.equal(existsSync(join(root, '.sluice')), false);
    const volumes = await openedVolumes(t, [root]);
    const [found] = volumes.traits as [Traits];
    assert.deepEqual(Object.keys(found.names), names);
    assert.deepEqual(readTraits(root), found);
    assert.deepEqual(readdirSync(join(root, '.sluice', 'tmp')), []);
    assert.deepEqual(await traitsOf(root, true), found);
    const marker = readFileSync(markerPath(root));
    await (await openedVolumes(t, [root])).close();
    assert.deepEqual(readFileSync(markerPath(root)), marker, 'written once');
  });
}

test('times end where the disk ends them', async (t) => {
  const exfat = oddDisk(t, 'exfat');
  const ext4 = oddDisk(t, 'ext4');
  if (exfat === undefined || ext4 === undefined) return;
  assert.deepEqual((await traitsOf(exfat.root)).times, {
    stepMs: 1_000,
    minMs: Date.UTC(1980, 0, 2),
    maxMs: Date.UTC(2107, 11, 30),
  });
  assert.deepEqual((await traitsOf(ext4.root)).times, {
    stepMs: 1_000,
    minMs: -2_147_483_648_000,
    maxMs: 2_147_483_647_000,
  });
});

test('what was learnt before holds for the files of before', async (t) => {
  const root = tempFolder(t);
  writeTraits(root, { names: { folding: 'compatible', refused: '\\u{3a}' }, times: { stepMs: 2_000 } });
  const { names, times } = await traitsOf(root);
  assert.deepEqual([names, times.stepMs], [{ folding: 'compatible', refused: '\\u{3a}' }, 2_000]);
  const one: Traits = { names: { refused: '\\u{3a}', nameBytes: 143 }, times: { minMs: -5, maxMs: 10 } };
  const other: Traits = { names: { folding: 'names', refused: '\\u{2a}\\u{3a}' }, times: { stepMs: 10, minMs: -3 } };
  const both: Traits = {
    names: { folding: 'names', refused: '\\u{2a}\\u{3a}', nameBytes: 143 },
    times: { stepMs: 10, minMs: -3, maxMs: 10 },
  };
  assert.deepEqual([joinTraits(one, other), joinTraits(other, one)], [both, both]);
});

test('a marker may say anything, and only what can be right is read', async (t) => {
  for (const odd of [undefined, null, 1, 'x', [], { names: 1 }, { names: null }, { times: 'x' }]) {
    const found = parseTraits(odd);
    assert.ok(found === undefined || JSON.stringify(found) === JSON.stringify(NONE), JSON.stringify(odd));
  }
  const names = { folding: 'all', refused: '[a-z](', hasEndings: 1, hasDevices: 'yes', nameBytes: 3 };
  assert.deepEqual(parseTraits({ names, times: { stepMs: 0, minMs: 5, maxMs: -1 } }), NONE);
  const root = tempFolder(t);
  writeTraits(root, { names: { refused: ')(' }, times: {} });
  assert.deepEqual((await traitsOf(root)).names, {});
  rmSync(markerPath(root));
});
