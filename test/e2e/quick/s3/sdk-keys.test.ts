// Keys that only the AWS SDK can get: the real one, with a container's server and a process of this machine.

import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { refuse, startS3Server } from '../../../fakes/s3/server.js';
import { ROOT } from '../../../sources.js';
import { openWorld } from '../../../support/cli/harness.js';

const NO_KEYS = {
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  // A machine of AWS would answer with its own keys.
  AWS_EC2_METADATA_DISABLED: 'true',
  UPYUN_OPERATOR: undefined,
  UPYUN_PASSWORD: undefined,
};

async function sdkWorld(t: TestContext, count: number) {
  const names = Array.from({ length: count }, (_, n) => `img-${String(n).padStart(3, '0')}.jpg`);
  const server = await startS3Server({ objects: Object.fromEntries(names.map((name) => [name, Buffer.from(name)])) });
  t.after(() => server.close());
  const world = await openWorld(t);
  const run = (args: string[], env: Record<string, string | undefined> = {}, cli?: string) =>
    world.run(args, { env: { ...NO_KEYS, SLUICE_ENDPOINT: server.endpoint, ...env }, ...(cli && { cli }) });
  return { ...world, server, run };
}

test('keys of a container expire in the middle of a run: they are renewed once, and nothing fails', async (t) => {
  const { server, run, to } = await sdkWorld(t, 60);
  let asked = 0;
  const container = createServer((_request, response) => {
    asked++;
    const Expiration = new Date(Date.now() + 3_600_000).toISOString();
    const keys = {
      AccessKeyId: `AK${asked}`,
      SecretAccessKey: 'SECRETSECRET',
      Token: `TOKENTOKEN${asked}`,
      Expiration,
    };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(keys));
  });
  await new Promise<void>((resolve) => container.listen(0, '127.0.0.1', resolve));
  t.after(() => container.close());
  let objects = 0;
  server.fault = ({ path, headers }, response) => {
    const isOld = headers['x-amz-security-token'] === 'TOKENTOKEN1';
    if (path === '/pics' || !isOld || ++objects <= 20) return false;
    refuse(response, 400, 'ExpiredToken');
    return true;
  };
  const uri = `http://127.0.0.1:${(container.address() as AddressInfo).port}/keys`;
  const done = await run(['mirror', 's3://pics', '--to', to, '--json'], { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri });
  assert.deepEqual(done.expectExit(0).counts, { listed: 60, stored: 60, skipped: 0, gone: 0, failed: 0 });
  assert.equal(asked, 2);
  assert.ok(server.requests.some(({ headers }) => headers.authorization!.includes('Credential=AK2/')));
  assert.doesNotMatch(done.stderr + done.stdout, /SECRETSECRET|TOKENTOKEN|Warning/);
});

test('a profile that names a process: the SDK starts it once', async (t) => {
  const { server, run, folder, to } = await sdkWorld(t, 30);
  const [program, calls, config] = ['keys.sh', 'calls', 'config'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const keys = { Version: 1, AccessKeyId: 'PROCESSKEY', SecretAccessKey: 'SECRETSECRET' };
  writeFileSync(program, `#!/bin/sh\necho called >> ${calls}\necho '${JSON.stringify(keys)}'\n`);
  chmodSync(program, 0o755);
  writeFileSync(config, `[profile work]\ncredential_process = ${program}\nregion = eu-central-1\n`);
  // What is named counts more than keys that are not.
  const env = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'work', AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'B' };
  const done = (await run(['mirror', 's3://pics', '--to', to, '--json'], env)).expectExit(0);
  assert.equal(done.counts.stored, 30);
  assert.equal(readFileSync(calls, 'utf8'), 'called\n');
  for (const { headers } of server.requests)
    assert.match(headers.authorization!, /Credential=PROCESSKEY\/\d+\/eu-central-1\/s3\//);
  assert.doesNotMatch(done.stderr, /SECRETSECRET|WARNING/);
});

test('without keys, and without the SDK: the command that installs it', async (t) => {
  const { run, folder } = await sdkWorld(t, 1);
  assert.match((await run(['list', 's3://pics'])).expectExit(3).stderr, /the AWS SDK found no keys/);
  // As it is installed without it.
  const bare = join(folder, 'sluice');
  mkdirSync(join(bare, 'node_modules'), { recursive: true });
  for (const part of ['bin', 'build.json', 'topics'])
    cpSync(join(ROOT, 'dist', part), join(bare, 'dist', part), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(bare, 'package.json'));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '@aws-sdk') symlinkSync(join(ROOT, 'node_modules', name), join(bare, 'node_modules', name));
  const cli = join(bare, 'dist/bin/sluice/main.js');
  assert.ok(existsSync(cli));
  const { stderr } = (await run(['list', 's3://pics'], {}, cli)).expectExit(3);
  const command = `npm install --no-save --prefix ${bare} @aws-sdk/credential-providers@~3.1175.0`;
  assert.ok(stderr.includes(command), stderr);
});
