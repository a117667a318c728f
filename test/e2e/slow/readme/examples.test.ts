// What the README tells a reader to type: it runs, and prints what the README says.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { imageBucket } from '../../../fakes/buckets/image-bucket.js';
import { examples, README } from '../../../readme.js';
import { skipWithoutTmux } from '../../../support/cli/tmux.js';
import { codeBlocks, openStand } from '../../../support/readme/examples.js';
import { serveWeb } from '../../../support/servers/urls.js';

/** The lines that need neither other machines nor other programs. */
function recipes(text: string): string[] {
  const lines = codeBlocks(text, 'sh').join('').replaceAll('\\\n', '').split('\n');
  const isOurs = (line: string) => /\bsluice (list|fetch|mirror|verify)\b/.test(line);
  return lines.filter((line) => isOurs(line) && !line.includes('--queue') && !/^(tmux|sudo) /.test(line));
}

test('the examples print what the READMEs say (npm run readme -- --examples writes it)', {
  skip: skipWithoutTmux(),
}, async () => {
  for (const { text, wanted } of await examples()) assert.equal(text, wanted);
});

test('the recipes run', { skip: skipWithoutTmux() }, async (t) => {
  const lines = recipes(readFileSync(README, 'utf8'));
  assert.ok(lines.length > 8);
  const stand = await openStand('C.UTF-8', { photos: imageBucket({ count: 100 }) });
  t.after(() => stand.close());
  await stand.run('export SLUICE_ENDPOINT=http://127.0.0.1:8480 UPYUN_OPERATOR=operator UPYUN_PASSWORD=password');
  const { origin } = await serveWeb(t, { '/a.jpg': { body: 'a picture' } });
  writeFileSync(join(stand.folder, 'urls.txt'), `${origin}/a.jpg\n`);
  for (const line of lines) {
    const { output, code } = await stand.run(line);
    assert.equal(code, 0, `${line}\n${output}`);
  }
});
