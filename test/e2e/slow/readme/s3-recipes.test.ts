// What the README tells a reader to type works for s3://, too: its recipes, with the other scheme.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { startS3Server } from '../../../fakes/s3/server.js';
import { README } from '../../../readme.js';
import { openWorld } from '../../../support/cli/harness.js';
import { readTree } from '../../../support/cli/tree.js';
import { codeBlocks } from '../../../support/readme/examples.js';

/** Of a CDN domain and its versions only Upyun knows. */
const ONLY_UPYUN = /--domain|--variant/;

/** The lines that need neither other machines nor other programs. */
function recipes(): string[] {
  const lines = codeBlocks(readFileSync(README, 'utf8'), 'sh').join('').replaceAll('\\\n', '').split('\n');
  const isOurs = (line: string) => /\bsluice (list|fetch|mirror|verify)\b/.test(line) && !ONLY_UPYUN.test(line);
  return lines.filter((line) => isOurs(line) && !line.includes('--queue') && !/^(tmux|sudo) /.test(line));
}

test('the recipes of the README run with s3://', async (t) => {
  const names = Array.from({ length: 60 }, (_, n) => `2017/09/img-${String(n).padStart(3, '0')}.jpg`);
  const objects = Object.fromEntries([...names, 'tmp/x.jpg', 'notes.txt'].map((name) => [name, Buffer.from(name)]));
  const server = await startS3Server({ objects, bucket: 'photos', cap: 20 });
  t.after(() => server.close());
  const { folder, shell } = await openWorld(t);
  const setting = [
    `export SLUICE_ENDPOINT=${server.endpoint} AWS_ACCESS_KEY_ID=AK AWS_SECRET_ACCESS_KEY=SK`,
    'export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null',
    'unset UPYUN_OPERATOR UPYUN_PASSWORD',
    'sluice() { "$NODE" "$SLUICE" "$@"; }',
  ];
  await writeFile(join(folder, 'urls.txt'), `${server.endpoint}/photos/notes.txt\n`);
  const lines = recipes();
  assert.ok(lines.length >= 8);
  for (const line of lines) {
    const asS3 = line.replaceAll('upyun://', 's3://').replace(/(?<!\w)\/(disk\d)\b/g, `${folder}/$1`);
    (await shell([...setting, asS3].join('\n'))).expectExit(0);
  }
  // What they leave behind: the whole bucket, in one folder and on two disks.
  assert.deepEqual([...(await readTree(join(folder, 'photos'))).keys()].sort(), [...Object.keys(objects)].sort());
  const pictures = await readTree(join(folder, 'pictures'));
  assert.deepEqual(
    [...pictures.values()].map((file) => String(file)),
    ['notes.txt'],
  );
  const disks = await Promise.all(['disk1', 'disk2'].map((disk) => readTree(join(folder, disk, 'photos'))));
  assert.equal(
    disks.reduce((sum, tree) => sum + tree.size, 0),
    Object.keys(objects).length,
  );
});
