// `--from-mc-alias`: what MinIO's client has written, and what is wrong with it. No message has a key in it.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { readS3Credentials } from '../../../../src/sources/s3/credentials/credentials.js';
import { S3 } from '../../../../src/sources/s3/scheme.js';
import { tempFolder } from '../../../support/disks/files.js';

const PLAY = { url: 'https://play.min.io:9000', accessKey: 'PLAYKEY', secretKey: 'SECRETSECRET', api: 'S3v4' };

function configOf(t: TestContext, config: unknown): string {
  const folder = tempFolder(t);
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  writeFileSync(join(folder, 'config.json'), text, { mode: 0o600 });
  return folder;
}

function read(alias: string, env: NodeJS.ProcessEnv, more: { file?: string; isUnsigned?: boolean } = {}) {
  const { credentials, problems, warnings } = readS3Credentials({
    file: undefined,
    isUnsigned: false,
    ...more,
    alias,
    env,
  });
  const texts = [...problems, ...warnings].join('\n');
  assert.doesNotMatch(texts, /SECRETSECRET|PLAYKEY|TOKENTOKEN/);
  return { credentials, texts };
}

test('endpoint, keys and path style of an alias; the environment of AWS does not count', (t) => {
  const aliases = {
    play: { ...PLAY, path: 'auto' },
    on: { ...PLAY, path: 'on', sessionToken: 'TOKENTOKEN' },
    off: { ...PLAY, path: 'off' },
    open: { url: 'http://10.0.0.1', accessKey: '', secretKey: '' },
  };
  const env = {
    MC_CONFIG_DIR: configOf(t, { version: '10', aliases }),
    ...{ AWS_ACCESS_KEY_ID: 'OTHER', AWS_SECRET_ACCESS_KEY: 'OTHER', AWS_REGION: 'eu-1', AWS_ENDPOINT_URL: 'http://x' },
  };
  const keys = { accessKeyId: 'PLAYKEY', secretAccessKey: 'SECRETSECRET', sessionToken: undefined };
  const place = { region: undefined, endpoint: 'https://play.min.io:9000' };
  const profile = (pathStyle?: string) => ({ ...place, pathStyle });
  assert.deepEqual(read('play', env).credentials, { kind: 'keys', keys, profile: profile() });
  const { credentials } = read('on', env);
  assert.ok(credentials?.kind === 'keys');
  assert.deepEqual(credentials.keys, { ...keys, sessionToken: 'TOKENTOKEN' });
  assert.deepEqual(credentials.profile, profile('always'));
  assert.deepEqual(read('off', env).credentials?.profile, profile('never'));
  assert.equal(read('open', env).credentials?.kind, 'unsigned');
  assert.equal(read('play', env, { isUnsigned: true }).credentials?.kind, 'unsigned');
});

test('--credentials wins over the keys of the alias, which still says where the store is', (t) => {
  const folder = configOf(t, { version: '10', aliases: { play: PLAY } });
  const file = join(folder, 'keys');
  writeFileSync(file, 'MINE:MINESECRET', { mode: 0o600 });
  const { credentials } = read('play', { MC_CONFIG_DIR: folder }, { file });
  assert.ok(credentials?.kind === 'keys');
  assert.equal(credentials.keys.accessKeyId, 'MINE');
  assert.equal(credentials.profile?.endpoint, 'https://play.min.io:9000');
});

test('MC_HOST_<alias> comes first, then the file of MC_CONFIG_ENV_FILE; keys are taken as they are', (t) => {
  const folder = configOf(t, { version: '10', aliases: { play: PLAY } });
  const file = join(folder, 'hosts');
  writeFileSync(file, 'MC_HOST_two=https://PLAYKEY:SECRETSECRET@two.example\n');
  const env = {
    MC_CONFIG_DIR: folder,
    MC_CONFIG_ENV_FILE: file,
    MC_HOST_play: 'http://PLAYKEY:SECRET%2F@SECRET#:TOKENTOKEN@127.0.0.1:9000',
  };
  const { credentials } = read('play', env);
  assert.ok(credentials?.kind === 'keys');
  assert.deepEqual(credentials.keys, {
    accessKeyId: 'PLAYKEY',
    secretAccessKey: 'SECRET%2F@SECRET#',
    sessionToken: 'TOKENTOKEN',
  });
  assert.equal(credentials.profile?.endpoint, 'http://127.0.0.1:9000');
  assert.equal(read('two', env).credentials?.profile?.endpoint, 'https://two.example');
});

test('~/.mcli is read where there is no ~/.mc; hosts of version 9 are aliases, too', (t) => {
  const home = tempFolder(t);
  mkdirSync(join(home, '.mcli'));
  const hosts = { old: { ...PLAY, lookup: 'path' } };
  writeFileSync(join(home, '.mcli', 'config.json'), JSON.stringify({ version: '9', hosts }), { mode: 0o600 });
  const before = process.env.HOME;
  process.env.HOME = home;
  t.after(() => {
    process.env.HOME = before;
  });
  assert.equal(read('old', {}).credentials?.profile?.pathStyle, 'always');
});

test('a program names an alias, too; keys that it gives itself win', (t) => {
  process.env.MC_HOST_programs = 'http://PLAYKEY:SECRETSECRET@127.0.0.1:9000';
  t.after(() => {
    delete process.env.MC_HOST_programs;
  });
  const one = { max: 1 };
  const options = { pageSize: 1, connections: { objects: one, lists: one, total: 1 }, timeoutMs: 1_000 };
  const open = (fromMcAlias: string, credentials?: object) => {
    const source = S3.open(
      { scheme: 's3', bucket: 'pics', prefix: '' },
      { ...options, sourceOptions: { fromMcAlias }, credentials },
    );
    t.after(() => source.close());
    return source.connections?.contactOf('objects').contact.origin;
  };
  assert.equal(open('programs'), 'http://127.0.0.1:9000');
  assert.equal(open('programs', { accessKeyId: 'A', secretAccessKey: 'B' }), 'http://127.0.0.1:9000');
  assert.throws(() => open('program'), /no alias "program"|cannot be read/);
});

test('what is wrong is said, with the aliases that there are', (t) => {
  const aliases = {
    play: PLAY,
    nas: { ...PLAY, url: 'https://nas.example/path' },
    v2: { ...PLAY, api: 'S3v2' },
    half: { ...PLAY, secretKey: '' },
    bad: { ...PLAY, accessKey: 'a b' },
  };
  const folder = configOf(t, { version: '10', aliases });
  const env = { MC_CONFIG_DIR: folder };
  const problem = (alias: string, more: NodeJS.ProcessEnv = {}) => read(alias, { ...env, ...more }).texts;
  assert.match(
    problem('plya', { MC_HOST_two: 'http://x' }),
    /no alias "plya" .*bad, half, nas, play, two, v2; did you mean play\?/,
  );
  assert.match(problem('toString'), /no alias "toString"/);
  assert.match(problem('nas'), /nas: its url has to be http/);
  assert.match(problem('v2'), /S3v2/);
  assert.match(problem('half'), /only one of accessKey and secretKey/);
  assert.match(problem('bad'), /--from-mc-alias bad: .*character/);
  assert.match(
    problem('play', { MC_CONFIG_DIR: join(folder, 'none') }),
    /none\/config\.json cannot be read \(ENOENT\)/,
  );
  assert.match(problem('play', { MC_CONFIG_ENV_FILE: join(folder, 'none') }), /none cannot be read \(ENOENT\)/);
  assert.match(
    problem('play', { MC_CONFIG_DIR: configOf(t, { version: '5', hosts: {} }) }),
    /version 5; known are 8 to 10/,
  );
  assert.match(problem('play', { MC_CONFIG_DIR: configOf(t, '{"secretKey":"SECRETSECRET') }), /no readable JSON/);
  chmodSync(join(folder, 'config.json'), 0o644);
  assert.match(problem('play'), /chmod 600/);
});

test('a config.json that is no JSON is called that, with the place and without a word of it', (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'config.json');
  const said = (text: string) => {
    writeFileSync(file, text, { mode: 0o600 });
    return read('nas', { MC_CONFIG_DIR: folder }).texts;
  };
  const whole = JSON.stringify({ version: '10', aliases: { nas: PLAY } }, undefined, 2);
  const broken = whole.replace('"accessKey":', '"accessKey"');
  for (const [text, line] of [
    [broken, broken.split('\n').findIndex((row) => row.includes('accessKey')) + 1],
    [whole.slice(0, -2), whole.slice(0, -2).split('\n').length],
    ['', 1],
    ['not json', 1],
  ] as const) {
    assert.match(said(text), new RegExp(`config\\.json is no readable JSON: see line ${line}, column \\d+`), text);
    assert.doesNotMatch(said(text), /version|PLAYKEY|SECRETSECRET/);
  }
  for (const text of ['null', '[]', '"10"', '{}']) assert.match(said(text), /is no config of MinIO's client/, text);
  assert.match(said('{"version":"7","hosts":{}}'), /version 7; known are 8 to 10/);
});
