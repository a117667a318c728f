// A small file is replaced as a whole, or stays as it was.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { replaceFile, replaceFileSync } from '../../../../src/lib/files/replace-file.js';
import { tempFolder } from '../../../support/disks/files.js';
import { rejection } from '../../../support/waiting.js';

const FORMS = [
  ['with a flush', async (path: string, text: string) => replaceFileSync(path, text)],
  ['without', replaceFile],
] as const;

for (const [name, replace] of FORMS) {
  test(`${name}: the new text is there alone`, async (t) => {
    const folder = tempFolder(t);
    for (const text of ['a longer text', 'short']) await replace(join(folder, 'file'), text);
    assert.equal(readFileSync(join(folder, 'file'), 'utf8'), 'short');
    assert.deepEqual(readdirSync(folder), ['file']);
  });

  test(`${name}: what cannot take its place is not left behind`, async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, 'file/below'), { recursive: true });
    const error = await rejection<NodeJS.ErrnoException>(replace(join(folder, 'file'), 'text'));
    assert.match(error.code!, /EISDIR|ENOTEMPTY|EEXIST/);
    assert.deepEqual(readdirSync(folder), ['file']);
  });
}
