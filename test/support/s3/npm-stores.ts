// Stores from npm that list wrongly, each in its own way. They bring 190 packages, so they are no development dependencies:
// `.ci/run` installs them into a folder of their own, which SLUICE_NPM_STORES names. Elsewhere their tests are skipped, visibly.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { type S3Client, s3Client } from './client.js';

export type StoreName = 's3rver' | 'fauxqs';

const KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };

/** Each prints its port once it listens. */
const SCRIPTS: Record<StoreName, string> = {
  s3rver: `const S3rver = require('s3rver');
    new S3rver({ address: '127.0.0.1', port: 0, directory: process.argv[1], silent: true }).run().then(({ port }) => console.log(port));`,
  fauxqs: `import('fauxqs').then(async ({ buildApp }) => {
    const app = buildApp({ logger: false });
    await app.listen({ port: 0, host: '127.0.0.1' });
    console.log(app.server.address().port);
  });`,
};

/** For `test(name, { skip: skipWithoutStores() }, …)`. */
export function skipWithoutStores(): string | false {
  if (process.env.SLUICE_NPM_STORES) return false;
  const missing =
    'no stores: npm install --prefix DIR --ignore-scripts s3rver@3.7.1 fauxqs@1.9.2, then SLUICE_NPM_STORES=DIR';
  assert.notEqual(process.env.REQUIRE_CEPH, '1', missing);
  return missing;
}

export interface NpmStore {
  readonly endpoint: string;
  readonly keys: typeof KEYS;
  readonly client: S3Client;
}

/** Gone when the test is over. */
export async function startStore(t: TestContext, name: StoreName): Promise<NpmStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'));
  // (The token of s3rver's pages is DES; without this option it answers each of them with 500.)
  const args = ['--openssl-legacy-provider', '-e', SCRIPTS[name], folder];
  const child = spawn(process.execPath, args, {
    cwd: process.env.SLUICE_NPM_STORES,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const line = once(createInterface(child.stdout), 'line');
  const [port] = await Promise.race([line, ended.then(() => assert.fail(`${name} has ended`))]);
  const endpoint = `http://127.0.0.1:${port}`;
  const client = s3Client(endpoint, KEYS);
  t.after(() => client.close());
  await client.createBucket('pics');
  return { endpoint, keys: KEYS, client };
}
