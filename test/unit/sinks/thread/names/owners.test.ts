// Whose file is it: found again, whatever their number, after a restart and after damage.

import assert from 'node:assert/strict';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { Owners } from '../../../../../src/sinks/thread/names/owners.js';
import { tempFolder } from '../../../../support/disks/files.js';

function openOwners(t: TestContext, path: string, isReadOnly = false): Owners {
  const owners = new Owners(path, { isReadOnly, isSynced: false });
  t.after(() => owners.close());
  return owners;
}

const COUNT = 5_000;

test("each path is the first key's that took it, also when the file has grown, and in another run", (t) => {
  const path = join(tempFolder(t), 'owners');
  const owners = openOwners(t, path);
  for (let number = 0; number < COUNT; number++) {
    assert.equal(owners.ownerOf(`P${number}`, `p${number}`), 'none');
    owners.add(`P${number}`, `p${number}`);
    assert.equal(owners.ownerOf(`P${number}`, `p${number}`), 'self');
  }
  assert.equal(Math.log2(statSync(path).size) % 1, 0);
  assert.ok(statSync(path).size <= COUNT * 16 * 4, `${statSync(path).size} bytes`);
  for (const again of [owners, openOwners(t, path), openOwners(t, path, true)]) {
    for (let number = 0; number < COUNT; number++) {
      assert.equal(again.ownerOf(`P${number}`, `p${number}`), 'self');
      assert.equal(again.ownerOf(`P${number}`, `P${number}`), 'other');
      assert.equal(again.ownerOf(`Q${number}`, `p${number}`), 'none');
    }
  }
});

test("what is lost of the file makes paths nobody's, and it is begun anew", (t) => {
  const path = join(tempFolder(t), 'owners');
  const first = openOwners(t, path);
  for (let number = 0; number < 600; number++) first.add(`P${number}`, `p${number}`);
  first.close();
  const whole = readFileSync(path);
  for (const bytes of [0, 100, 4_096 * 3, whole.length - 1]) {
    writeFileSync(path, whole);
    truncateSync(path, bytes);
    const owners = openOwners(t, path);
    assert.equal(owners.ownerOf('P1', 'p1'), 'none', `${bytes} bytes`);
    owners.add('P1', 'p1');
    assert.equal(owners.ownerOf('P1', 'p1'), 'self');
  }
  // A record that is torn is some other key's: the object gets another name.
  writeFileSync(path, whole.fill(0xff, 8, 16));
  const owners = openOwners(t, path);
  for (let number = 0; number < 600; number++) assert.notEqual(owners.ownerOf(`P${number}`, `q${number}`), 'self');
});

test('where there is no file nothing is known, and looking makes none', (t) => {
  const path = join(tempFolder(t), 'owners');
  const owners = openOwners(t, path, true);
  assert.equal(owners.ownerOf('P', 'p'), 'none');
  assert.throws(() => statSync(path));
});
