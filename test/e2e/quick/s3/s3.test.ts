// The command against a server like S3.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { refuse, type S3Server, type S3ServerOptions, startS3Server } from '../../../fakes/s3/server.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { readTree } from '../../../support/cli/tree.js';

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AK',
  AWS_SECRET_ACCESS_KEY: 'SECRETSECRET',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

function many(count: number): Record<string, Buffer> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`img-${String(n).padStart(6, '0')}.jpg`, Buffer.from(`object ${n}`)]),
  );
}

async function s3World(t: TestContext, options: S3ServerOptions) {
  const server: S3Server = await startS3Server(options);
  t.after(() => server.close());
  const world = await openWorld(t);
  const env = { ...KEYS, SLUICE_ENDPOINT: server.endpoint, UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined };
  const run = (args: string[], input?: string, more: Record<string, string | undefined> = {}) =>
    world.run(args, { env: { ...env, ...more }, ...(input !== undefined && { input }) });
  const start = (args: string[]) => world.start(args, { env });
  return { ...world, server, run, start };
}

const gets = ({ requests }: S3Server) => requests.filter(({ path }) => path.split('/').length > 2).length;

test('mirror, once more, list | fetch, and verify --checksum; awkward names, and no secret anywhere', async (t) => {
  const names = [
    'a',
    'a/b',
    'x//y',
    '/lead',
    'p/../q',
    'ctl\u0001x',
    'Ａ.jpg',
    '😀.jpg',
    'per%20cent%',
    'qu\'o"t&e.jpg',
    'data/',
    'plus+ sp',
  ];
  const objects = { ...Object.fromEntries(names.map((name) => [name, Buffer.from(name)])), 'marker/': Buffer.alloc(0) };
  const { server, run, to } = await s3World(t, { objects, cap: 3 });
  const first = (await run(['mirror', 's3://pics', '--to', to, '--json'])).expectExit(0);
  assert.deepEqual(first.counts, { listed: 12, stored: 12, skipped: 0, gone: 0, failed: 0 });
  const bodies = [...(await readTree(to)).values()].map((body) => body.toString()).sort();
  assert.deepEqual(bodies, [...names].sort());
  const before = gets(server);
  const second = (await run(['mirror', 's3://pics', '--to', to, '--json'])).expectExit(0);
  assert.equal(second.counts.skipped, 12);
  assert.equal(gets(server), before);
  const checked = (await run(['doctor', 's3://pics'])).expectExit(0).stdout;
  assert.match(checked, new RegExp(`ok +.*${server.endpoint}`));
  const listed = (await run(['list', 's3://pics'])).expectExit(0).stdout;
  const fetched = (await run(['fetch', '--from', 's3://pics', '--to', `${to}-2`, '--json'], listed)).expectExit(0);
  assert.equal(fetched.counts.stored, 12);
  const verified = (await run(['verify', 's3://pics', '--to', to, '--checksum', '--json'])).expectExit(0);
  assert.equal(verified.counts.skipped, 12);
  for (const { stderr, stdout } of [first, second, fetched, verified])
    assert.doesNotMatch(stderr + stdout, /SECRETSECRET/);
});

test('one flat prefix is listed by many requests at once, each key once', async (t) => {
  // As a line of some length, so that requests are there together.
  const fault = () => new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 10));
  const { server, run } = await s3World(t, { objects: many(4_000), cap: 20, fault });
  const result = (await run(['list', 's3://pics', '--list-concurrency', '8'])).expectExit(0);
  const keys = result.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).key as string);
  assert.deepEqual(keys.sort(), Object.keys(many(4_000)));
  assert.ok(server.mostListings() >= 6, `${server.mostListings()} at once`);
  assert.ok(server.requests.length < 300, `${server.requests.length} requests for 200 pages`);
});

test('killed in the middle of a flat prefix, the next run completes it, and fetches nothing twice', async (t) => {
  const objects = many(2_000);
  const { server, run, start, to } = await s3World(t, { objects, cap: 20 });
  server.fault = async ({ path }, _response) => {
    if (path !== '/pics') await new Promise((resolve) => setTimeout(resolve, 3));
    return false;
  };
  const args = ['mirror', 's3://pics', '--to', to, '--json'];
  const { child, result } = start(args);
  await until('the middle', () => gets(server) >= 700);
  child.kill('SIGKILL');
  await result;
  const stored = (await readTree(to)).size;
  server.fault = undefined;
  const before = gets(server);
  const rest = (await run(args)).expectExit(0);
  assert.equal(rest.counts.listed, 2_000);
  assert.deepEqual([...(await readTree(to)).keys()].sort(), Object.keys(objects));
  assert.ok(gets(server) - before <= 2_000 - stored, 'what was stored is not fetched again');
});

test('the region is learnt from the answer once: the next run of a job, and the next pass, sign right at once', async (t) => {
  const { server, run, start, to } = await s3World(t, { objects: many(200), cap: 20 });
  let refused = 0;
  let isHeld = true;
  server.fault = async ({ headers, path }, response) => {
    if (!headers.authorization?.includes('/eu-central-1/s3/')) {
      refused++;
      refuse(response, 400, 'AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>');
      return true;
    }
    // Held, so that the first run cannot end.
    while (isHeld && path.endsWith('000199.jpg')) await new Promise((resolve) => setTimeout(resolve, 10));
    return false;
  };
  const args = ['mirror', 's3://pics', '--to', to, '--json'];
  const { child, result } = start(args);
  await until('the middle', () => gets(server) >= 199);
  child.kill('SIGINT');
  isHeld = false;
  (await result).expectExit(130);
  assert.ok(refused >= 1);
  for (const name of ['the same job', 'another pass']) {
    refused = 0;
    (await run(args)).expectExit(0);
    assert.equal(refused, 0, name);
  }
  // The user says something else: that counts, and is put right once.
  (await run([...args, '--region', 'eu-west-1', '--concurrency', '1', '--list-concurrency', '1'])).expectExit(0);
  assert.equal(refused, 1);
});

test('wrong keys, another region, a store that asks to slow down, an archived object', async (t) => {
  const { server, run, to } = await s3World(t, { objects: many(30) });
  const args = ['mirror', 's3://pics', '--to', to, '--json'];
  server.fault = (_request, response) => {
    refuse(response, 403, 'SignatureDoesNotMatch');
    return true;
  };
  const refused = (await run(args)).expectExit(3);
  assert.match(refused.stderr, /SignatureDoesNotMatch.*check the secret key.*/);
  assert.match(refused.stderr, /"code":"ERR_AUTH"/);
  // A clock that is an hour off: many requests learn it at once.
  const late = new Date(Date.now() - 3_600_000).toUTCString();
  server.fault = async ({ headers, path }, response) => {
    if (path === '/pics') return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [, y, m, d, h, min] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(String(headers['x-amz-date']))!.map(Number);
    if (Math.abs(Date.UTC(y!, m! - 1, d!, h!, min!) - Date.parse(late)) < 600_000) return false;
    response.setHeader('date', late);
    refuse(response, 403, 'RequestTimeTooSkewed');
    return true;
  };
  const skewed = (await run(['mirror', 's3://pics', '--to', `${to}-skewed`, '--json'])).expectExit(0);
  assert.equal(skewed.counts.stored, 30);
  let slowed = 0;
  server.fault = ({ headers, path }, response) => {
    const isSigned = headers.authorization?.includes('/eu-central-1/s3/');
    if (!isSigned) refuse(response, 400, 'AuthorizationHeaderMalformed', '<Region>eu-central-1</Region>');
    else if (path.endsWith('000005.jpg'))
      refuse(response, 403, 'InvalidObjectState', '<StorageClass>GLACIER</StorageClass>');
    else if (path.endsWith('000007.jpg') && slowed++ < 2) refuse(response, 503, 'SlowDown');
    else return false;
    return true;
  };
  const done = (await run(args)).expectExit(1);
  assert.deepEqual(done.counts, { listed: 30, stored: 29, skipped: 0, gone: 0, failed: 1 });
  assert.match(done.stderr, /"code":"ERR_ARCHIVED".*GLACIER/);
  assert.equal(slowed, 3);
});

test('archived objects are counted before a run, with their classes, and can be left out', async (t) => {
  const classes = {
    'img-000001.jpg': 'GLACIER',
    'img-000002.jpg': 'ColdArchive',
    'img-000003.jpg': 'GLACIER_IR',
    'img-000004.jpg': 'GLACIER',
    'img-000005.jpg': 'STANDARD_IA',
  };
  const { server, run, to } = await s3World(t, { objects: many(10), classes });
  const args = ['mirror', 's3://pics', '--to', to];
  const dry = (await run([...args, '--dry-run'])).expectExit(0);
  assert.match(dry.stderr, /of 10 objects, 10 \(80 B\) would be fetched, 0 are there already/);
  assert.match(dry.stderr, /of these, 3 \(24 B\) are archived \(GLACIER: 2, ColdArchive: 1\): .* ERR_ARCHIVED/);
  const chinese = (await run([...args, '--dry-run'], undefined, { SLUICE_LANG: 'zh' })).expectExit(0);
  assert.match(chinese.stderr, /其中 3 个（24 B）已归档（GLACIER：2 个，ColdArchive：1 个）/);
  const { stderr } = (await run([...args, '--dry-run', '--json'])).expectExit(0);
  const summary = JSON.parse(stderr.trim().split('\n').at(-1)!);
  assert.deepEqual([summary.archived, summary.archivedBytes], [{ GLACIER: 2, ColdArchive: 1 }, 24]);
  const lines = (await run(['list', 's3://pics'])).expectExit(0).stdout;
  const listed = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const found = listed.filter(({ storageClass }) => storageClass !== undefined);
  assert.deepEqual(Object.fromEntries(found.map(({ key, storageClass }) => [key, storageClass])), classes);
  // A line keeps its class on its way, so that a selection can be counted, too.
  const some = (await run(['fetch', '--from', 's3://pics', '--to', to, '--dry-run'], lines)).expectExit(0);
  assert.match(some.stderr, /of these, 3 \(24 B\) are archived/);
  assert.equal(gets(server), 0);
  // A run asks for each of them: it may have been restored since.
  const done = (await run([...args, '--json'])).expectExit(1);
  assert.deepEqual(done.counts, { listed: 10, stored: 7, skipped: 0, gone: 0, failed: 3 });
  assert.match(done.stderr, /"code":"ERR_ARCHIVED".*ColdArchive/);
  // The doctor reads another one, and knows how long a page is.
  const checked = (await run(['doctor', 's3://pics'])).expectExit(0).stdout;
  assert.match(checked, /an object can be read: .*img-00000[036789]/);
  assert.match(checked, /asked for 1,000;/);
  assert.match(checked, /clock/);
});

test('a directory bucket of Amazon is refused before anything is asked for', async (t) => {
  const { server, run, to } = await s3World(t, { objects: many(3), bucket: 'pics--x-s3' });
  const proxy = { HTTPS_PROXY: server.endpoint, HTTP_PROXY: server.endpoint, SLUICE_ENDPOINT: undefined };
  for (const bucket of ['pics--use1-az4--x-s3', 'point--use1-az4--xa-s3'])
    for (const args of [['list'], ['mirror', '--to', to], ['doctor'], ['verify', '--to', to]]) {
      const [command, ...rest] = args;
      const refused = await run([command!, `s3://${bucket}`, ...rest], undefined, proxy);
      assert.match(refused.expectExit(2).stderr, /directory bucket of Amazon.*aws s3 sync s3:\/\/p/, args.join(' '));
    }
  const named = await run(['list', 's3://pics--x-s3', '--provider', 'aws']);
  assert.match(named.expectExit(2).stderr, /directory bucket/);
  assert.equal(server.requests.length, 0);
});

test('what comes compressed without being asked for is asked for twice at most', async (t) => {
  const { server, run, to } = await s3World(t, { objects: many(3) });
  let isPlainLater = false;
  const asked = new Map<string, number>();
  server.fault = ({ path }, response) => {
    const before = asked.get(path) ?? 0;
    asked.set(path, before + 1);
    if (path === '/pics' || (isPlainLater && before > 0)) return false;
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync('object'));
    return true;
  };
  const failed = await run(['mirror', 's3://pics', '--to', to, '--json']);
  assert.equal(failed.expectExit(1).counts.failed, 3);
  assert.match(failed.stderr, /Content-Encoding gzip.*ERR_ENCODED|ERR_ENCODED.*Content-Encoding gzip/);
  const objects = () => [...asked].filter(([path]) => path !== '/pics').map(([, count]) => count);
  assert.deepEqual(objects(), [2, 2, 2]);
  // Another node of a CDN.
  isPlainLater = true;
  asked.clear();
  (await run(['mirror', 's3://pics', '--to', `${to}-2`])).expectExit(0);
  assert.deepEqual(objects(), [2, 2, 2]);
});

test('--no-sign-request: no signature, and no keys are needed', async (t) => {
  const { server, run } = await s3World(t, { objects: many(3) });
  (await run(['list', 's3://pics', '--no-sign-request'])).expectExit(0);
  (await run(['list', 's3://pics'])).expectExit(0);
  assert.deepEqual(
    server.requests.map(({ headers }) => headers.authorization !== undefined),
    [false, true],
  );
  const checked = (await run(['doctor', 's3://pics', '--no-sign-request'])).expectExit(0).stdout;
  assert.match(checked, /lists s3:\/\/pics without credentials/);
  assert.doesNotMatch(checked, /accepts the credentials/);
  server.fault = (_request, response) => {
    refuse(response, 403, 'AccessDenied');
    return true;
  };
  const refused = await run(['list', 's3://pics', '--no-sign-request']);
  assert.match(refused.expectExit(3).stderr, /AccessDenied.*sent without keys, and the bucket is not public/);
  server.fault = (_request, response) => {
    response.writeHead(401).end('who are you?');
    return true;
  };
  assert.match((await run(['list', 's3://pics'])).expectExit(3).stderr, /HTTP 401.*Check --endpoint/);
});

test('a prefix without objects is named: it may be a mistake', async (t) => {
  const { server, run, to } = await s3World(t, { objects: { 'a/b.jpg': Buffer.from('b') } });
  const typo = (await run(['mirror', 's3://pics/A', '--to', to])).expectExit(0);
  assert.match(typo.said, /no object lies below s3:\/\/pics\/A; check SOURCE/);
  const filtered = (await run(['list', 's3://pics/a', '--exclude', '*'])).expectExit(0);
  assert.doesNotMatch(filtered.stderr, /no object lies below/);
  assert.equal(server.requests.length, 2);
});

test('without keys, with half of them, or with a wrong SOURCE: what to do', async (t) => {
  const world = await openWorld(t);
  const env = { ...KEYS, UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: undefined };
  const half = await world.run(['list', 's3://pics'], { env: { ...env, AWS_SECRET_ACCESS_KEY: undefined } });
  assert.match(half.expectExit(2).stderr, /AWS_SECRET_ACCESS_KEY is not set/);
  assert.match(
    (await world.run(['list', 's3://AK:SK@pics'], { env })).expectExit(2).stderr,
    /keys belong in the environment/,
  );
  for (const [name, value] of [
    ['AWS_ENDPOINT_URL_S3', '127.0.0.1:9000'],
    ['AWS_ENDPOINT_URL_S3', 'localhost:9000'],
    ['AWS_REGION', 'a b'],
  ] as const) {
    const wrong = await world.run(['list', 's3://pics'], {
      env: { ...env, SLUICE_ENDPOINT: undefined, [name]: value },
    });
    assert.match(wrong.expectExit(2).stderr, new RegExp(`${name}.*overrides`));
  }
  const before = ['list', 's3://pics', '--path-style', 'never', '--endpoint', 'http://127.0.0.1:1'];
  assert.match((await world.run(before, { env })).expectExit(2).stderr, /cannot stand before 127\.0\.0\.1/);
  assert.match((await world.run(['list', 's4://pics'], { env })).expectExit(2).stderr, /did you mean s3:\/\//);
});

test('an alias of mc says where the store is, and who asks; a store is named by --provider', async (t) => {
  const { server, run, folder, to } = await s3World(t, { objects: many(3) });
  const config = join(folder, 'mc');
  mkdirSync(config);
  const nas = { url: server.endpoint, accessKey: 'MCKEY', secretKey: 'SECRETSECRET', api: 'S3v4', path: 'auto' };
  writeFileSync(join(config, 'config.json'), JSON.stringify({ version: '10', aliases: { nas } }), { mode: 0o600 });
  const env = { MC_CONFIG_DIR: config, SLUICE_ENDPOINT: undefined };
  const args = ['mirror', 's3://pics', '--to', to, '--json', '--from-mc-alias', 'nas', '--provider', 'qiniu'];
  const done = (await run(args, undefined, env)).expectExit(0);
  assert.equal(done.counts.stored, 3);
  assert.doesNotMatch(done.stderr, /SECRETSECRET/);
  for (const { headers, query } of server.requests) {
    assert.match(headers.authorization!, /Credential=MCKEY\//);
    assert.equal(query.get('encoding-type'), null);
  }
  assert.match(
    (await run(['doctor', ...args.slice(1, 2), ...args.slice(5)], undefined, env)).stdout,
    /ok +http.* accepts connections/,
  );
  const wrong = await run(['list', 's3://pics', '--from-mc-alias', 'nsa', '--provider', 'qinu'], undefined, env);
  assert.match(wrong.expectExit(2).stderr, /no alias "nsa" in .*; there are nas; did you mean nas\?/);
  assert.match(wrong.stderr, /--provider: no store is called "qinu"; .*; did you mean qiniu\?/);
});
