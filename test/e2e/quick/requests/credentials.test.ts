// Where the operator and the password may come from.

import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { OPERATOR, PASSWORD } from '../../../support/cli/secrets.js';

const NOT_IN_ENV = { UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined };

const FORMS: Record<string, string> = {
  assignments: `# of the archive\nUPYUN_OPERATOR=${OPERATOR}\nUPYUN_PASSWORD=${PASSWORD}\n`,
  'a shell file': `export UPYUN_PASSWORD='${PASSWORD}'\r\nexport UPYUN_OPERATOR="${OPERATOR}"\r\n`,
  JSON: `\ufeff${JSON.stringify({ operator: OPERATOR, password: PASSWORD })}`,
  'operator:password': `${OPERATOR}:${PASSWORD}\n`,
  'two lines': `${OPERATOR}\n${PASSWORD}\n`,
};

test('a credentials file is read in each of its forms, and wins over the environment', async (t) => {
  const { folder, run } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  const envs = [NOT_IN_ENV, { UPYUN_OPERATOR: 'another', UPYUN_PASSWORD: 'wrong' }];
  for (const [index, [name, text]] of Object.entries(FORMS).entries()) {
    const path = join(folder, `${index}.txt`);
    await writeFile(path, text, { mode: 0o600 });
    const result = await run(['list', 'upyun://pics', '--credentials', path], { env: envs[index % 2] });
    assert.equal(result.code, 0, `${name}: ${result.stderr}`);
    assert.doesNotMatch(result.stderr, /chmod/);
  }
});

test('a credentials file may be named in the environment; one that others can read is warned of', async (t) => {
  const { folder, run } = await openWorld(t);
  const path = join(folder, 'open.txt');
  await writeFile(path, FORMS.JSON!);
  await chmod(path, 0o644);
  const result = await run(['list', 'upyun://pics'], { env: { ...NOT_IN_ENV, SLUICE_CREDENTIALS: path } });
  assert.match(result.expectExit(0).stderr, /chmod 600/);
});

test('a credentials file that is missing or makes no sense is a usage error that shows nothing of it', async (t) => {
  const { server, folder, run } = await openWorld(t);
  const path = join(folder, 'bad.txt');
  await writeFile(path, `${PASSWORD}\n`, { mode: 0o600 });
  for (const [file, message] of [
    [path, /expected/],
    [join(folder, 'none.txt'), /ENOENT/],
    [folder, /EISDIR/],
  ] as const) {
    const result = await run(['list', 'upyun://pics', '--credentials', file], { env: NOT_IN_ENV });
    assert.match(result.expectExit(2).stderr, message);
  }
  assert.equal(server.counters.connections, 0);
});

test('passwords may hold anything', async (t) => {
  for (const password of ['密码 with spaces', '"a:b" #=;$(id)\\']) {
    const { run } = await openWorld(t, { objects: { 'a.jpg': 'a' }, password });
    const result = await run(['list', 'upyun://pics'], { env: { UPYUN_PASSWORD: password } });
    assert.equal(result.code, 0, `${password}: ${result.stderr}`);
  }
});

test('white space around a password in the environment is a slip, in quotes in a file it belongs to it', async (t) => {
  const { run, server } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  const pasted = await run(['list', 'upyun://pics'], { env: { UPYUN_PASSWORD: `\t${PASSWORD}\r\n` } });
  assert.match(pasted.expectExit(0).stderr, /UPYUN_PASSWORD: white space around the value was left out/);
  const checked = await run(['verify', 'upyun://pics', '--to', '.'], { env: { UPYUN_PASSWORD: `${PASSWORD} ` } });
  assert.match(checked.expectExit(1).stderr, /UPYUN_PASSWORD: white space/);
  assert.equal(server.counters.statuses[401], undefined);
  const password = ' s p a c e ';
  const other = await openWorld(t, { objects: { 'a.jpg': 'a' }, password });
  const file = join(other.folder, 'credentials');
  await writeFile(file, `UPYUN_OPERATOR=${OPERATOR}\nUPYUN_PASSWORD="${password}"\n`, { mode: 0o600 });
  (await other.run(['list', 'upyun://pics', '--credentials', file], { env: NOT_IN_ENV })).expectExit(0);
});
