// `doctor` and the server: what is well, what is not, and with how few requests it finds that out.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { checkup, everythingBelow } from '../../../support/cli/checkup.js';
import { manyObjects, takeRequests } from '../../../support/cli/contents.js';
import { openWorld, type WorldOptions } from '../../../support/cli/harness.js';
import { CERTIFICATE, httpProxy, tlsFront } from '../../../support/servers/tls.js';

const OBJECTS = { ...manyObjects(30, { folder: '2017/a/' }), ...manyObjects(30, { folder: '2018/' }) };
const SOURCE = 'upyun://pics';
/** In the order of the lines, for an endpoint without a name to look up. */
const MACHINE = ['node', 'memory', 'open-files'];
const CONTENTS = [
  'connect',
  'clock',
  'credentials',
  'page-size',
  'order',
  'size',
  'object',
  'range',
  'rate',
  'digests',
];
const DISK = ['disk-place', 'disk-type', 'disk-space', 'disk-names', 'disk-times', 'disk-sync'];

test('all is well: a line for each check, in both languages, few requests, and nothing changed', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { run, folder, to, server } = world;
  const before = everythingBelow(folder);
  const { checks, odd, the } = await checkup(world, [SOURCE, '--to', to]);
  assert.deepEqual(
    checks.map(({ check }) => check),
    [...MACHINE, ...CONTENTS, ...DISK, 'space'],
  );
  // The tests may run in a container, whose folder is a layer, or in memory.
  assert.deepEqual(
    odd.filter((one) => one !== 'warning disk-type'),
    [],
  );
  assert.deepEqual(the('size').data, { bytes: 60_000, objectsEstimated: 60, meanBytes: 1_000, sampled: 30 });
  assert.equal(the('rate').data!.answered, 20);
  assert.match(the('rate').message, /answered 20 of 20 requests .* without refusing .* more was not tried/);
  assert.match(the('range').message, /can be resumed/);
  const requests = takeRequests(server);
  assert.ok(requests.some(({ headers, status }) => headers.range !== undefined && status === 206));
  assert.deepEqual([...new Set(requests.map(({ status }) => status))].sort(), [200, 206, 401]);
  assert.equal(requests.filter(({ status }) => status === 401).length, 1, 'the question for the time is not signed');

  const english = (await run(['doctor', SOURCE, '--to', to])).expectExit(0);
  const chinese = (await run(['doctor', SOURCE, '--to', to, '--lang', 'zh'])).expectExit(0);
  const lines = english.stdout.trimEnd().split('\n');
  assert.equal(lines.length, checks.length + 1);
  for (const line of lines.slice(0, -1)) assert.match(line, /^(ok {5}|warning) {2}\S/);
  assert.match(lines.at(-1)!, /^20 checks: /);
  assert.equal(chinese.stdout.trimEnd().split('\n').length, lines.length);
  for (const line of chinese.stdout.trimEnd().split('\n').slice(0, -1))
    assert.match(line, /^(正常|注意) {2}.*\p{Script=Han}/u);
  assert.deepEqual(everythingBelow(folder), before);
});

test('without SOURCE and --to only this machine; a SOURCE, or an option of it, that is wrong is a wrong usage', async (t) => {
  const world = await openWorld(t);
  const { checks } = await checkup(world, [], { env: { SLUICE_ENDPOINT: undefined } });
  assert.deepEqual(
    checks.map(({ check }) => check),
    MACHINE,
  );
  assert.equal(world.server.counters.total, 0);
  (await world.run(['doctor', 'photos'])).expectExit(2);
  const lost = (await world.run(['doctor', '--endpoint', world.server.endpoint])).expectExit(2);
  assert.match(lost.stderr, /--endpoint: give SOURCE, too/);
  (await world.run(['doctor', SOURCE, '--retries', '3'])).expectExit(2);
});

/** What is wrong, what the doctor says of it, and which checks come at all. */
const TROUBLES: {
  name: string;
  options?: WorldOptions;
  args?: string[];
  env?: Record<string, string | undefined>;
  odd: string[];
  says: [check: string, text: RegExp][];
  after?: (requests: ReturnType<typeof takeRequests>) => void;
}[] = [
  {
    name: 'a wrong password: nothing is asked for any more',
    env: { UPYUN_PASSWORD: 'quite another one' },
    odd: ['problem credentials'],
    says: [['credentials', /does not accept the credentials.*UPYUN_PASSWORD/]],
    after: (requests) => assert.ok(requests.length <= 2),
  },
  {
    name: 'no password',
    env: { UPYUN_PASSWORD: undefined },
    odd: ['problem credentials'],
    says: [['credentials', /UPYUN_PASSWORD not set/]],
    after: (requests) => assert.equal(requests.length, 1, 'only the time'),
  },
  {
    name: 'a clock that is an hour behind: a copy works all the same',
    options: { nowMs: () => Date.now() + 3_600_000 },
    odd: ['warning clock'],
    says: [
      ['clock', /1h behind the server's .*refuses signatures that are more than 30m off, so Sluice signs with/],
      ['credentials', /accepts/],
    ],
  },
  {
    name: 'a clock that is two minutes ahead',
    options: { nowMs: () => Date.now() - 120_000 },
    odd: ['warning clock'],
    says: [['clock', /(2m|1m 59s|2m 1s) ahead of the server's \(/]],
  },
  {
    name: 'a server without Range',
    options: { object: { ignoreRange: true } },
    odd: ['warning range'],
    says: [['range', /cannot be resumed/]],
  },
  {
    name: 'a server that refuses from the ninth request on: no further one follows',
    options: {
      faults: [{ match: { kind: 'get' }, action: { status: { status: 429, retryAfterSeconds: 7 } }, after: 10 }],
    },
    odd: ['warning rate'],
    says: [['rate', /answered 8 of \d+ requests .* refused [1-4] of them \(too many requests\); it asks to wait 7 s/]],
    after: (requests) => assert.ok(requests.filter(({ kind }) => kind === 'get').length <= 14),
  },
  {
    name: 'pages that are smaller than asked for',
    options: { list: { maxLimit: 20 } },
    odd: [],
    says: [['page-size', /gives 20 entries where 10,000 are asked for/]],
  },
  {
    name: 'a server that refuses large pages',
    options: { list: { maxLimit: 1_000, overLimit: 'refuse' } },
    odd: ['warning page-size'],
    says: [['page-size', /refuses --page-size 10,000 and accepts 1,000/]],
  },
  {
    name: 'an object that may not be read',
    options: { faults: [{ match: { kind: 'get' }, action: { status: 403 } }] },
    odd: ['problem object'],
    says: [['object', /403/]],
    after: (requests) => assert.equal(requests.filter(({ kind }) => kind === 'get').length, 1),
  },
  {
    name: 'a server that never answers: the wait is limited, and the rest is left out',
    options: { faults: [{ action: { stallBeforeHeaders: true } }] },
    args: ['--timeout', '500ms'],
    odd: ['problem clock', 'warning listing'],
    says: [
      ['clock', /no answer within/],
      ['listing', /were not checked/],
    ],
    after: (requests) => assert.equal(requests.length, 1),
  },
];

for (const { name, options, args = [], env = {}, odd, says, after } of TROUBLES) {
  test(name, async (t) => {
    const world = await openWorld(t, { objects: OBJECTS, ...options });
    const found = await checkup(world, [SOURCE, ...args], { env });
    assert.deepEqual(found.odd, odd, found.result.stdout);
    for (const [check, text] of says) assert.match(found.the(check).message, text);
    for (const { level, check, advice, message } of found.checks) {
      // What an error message says has its advice in it.
      if (level === 'warning' && check !== 'listing') assert.ok(advice, message);
    }
    after?.(takeRequests(world.server));
  });
}

test('names that come in no order, an empty bucket, and a server that is not there', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(5) });
  const { bucket, server } = world;
  const page = bucket.page.bind(bucket);
  bucket.page = (directory, query) => {
    const sorted = page(directory, query);
    return sorted && { ...sorted, items: [...sorted.items].reverse() };
  };
  const unsorted = (await checkup(world, [SOURCE])).the('order');
  assert.deepEqual([unsorted.level, unsorted.data], ['ok', { rows: 5, isSorted: false }]);
  assert.match(unsorted.message, /not sorted by name \(5 seen\); Sluice needs no order/);

  for (const key of Object.keys(manyObjects(5))) bucket.delete(key);
  const empty = await checkup(world, [SOURCE]);
  assert.deepEqual(empty.odd, ['warning object']);

  await server.stopListening();
  const gone = await checkup(world, [SOURCE]);
  assert.deepEqual(gone.odd, ['problem connect', 'warning listing']);
  assert.match(gone.the('connect').message, /refuses connections \(ECONNREFUSED\)\. Check the host and the port/);
});

test('objects are read through --domain, and its 404 is told from that of the API', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server } = world;
  const args = [SOURCE, '--domain', server.cdn('pics')];
  const well = await checkup(world, args);
  assert.deepEqual(well.odd, []);
  assert.equal(well.the('object').data!.origin, server.cdn('pics'));
  assert.ok(takeRequests(server, 'get').every(({ view }) => view === 'cdn'));
  server.faults.add({ match: { view: 'cdn' }, action: { gone: true } });
  const other = await checkup(world, args);
  assert.deepEqual(other.odd, ['problem object']);
  assert.equal(other.the('object').data!.code, 'ERR_NOT_SERVED');
});

test('a certificate: trusted by --ca-cert with its last day, else a problem before any request', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const endpoint = await tlsFront(t, world.server.endpoint);
  const args = [SOURCE, '--endpoint', endpoint];
  const refused = await checkup(world, args);
  assert.deepEqual(refused.odd, ['problem certificate', 'warning listing']);
  assert.match(
    refused.the('certificate').message,
    /valid until 2126-11-01 .*does not trust it \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  );
  assert.equal(world.server.counters.total, 0);
  const insecure = await checkup(world, [...args, '--insecure']);
  assert.deepEqual(insecure.odd, ['warning certificate']);
  const authority = join(world.folder, 'ca.pem');
  await writeFile(authority, CERTIFICATE);
  assert.deepEqual((await checkup(world, [...args, '--ca-cert', authority])).odd, []);
});

async function listening(t: TestContext, server: Server): Promise<string> {
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a server that takes the connection and never speaks does not hang the doctor', async (t) => {
  const world = await openWorld(t);
  const endpoint = await listening(
    t,
    createServer((socket) => void socket.on('error', () => {})),
  );
  const { odd, the } = await checkup(world, [SOURCE, '--endpoint', endpoint, '--timeout', '500ms']);
  assert.deepEqual(odd, ['problem connect', 'warning listing']);
  assert.match(the('connect').message, /no answer within 0\.5 s/);
});

const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'no openssl here';

test('a certificate that ends in a few days is a warning', { skip }, async (t) => {
  const world = await openWorld(t);
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(world.folder, name)) as [string, string];
  const form = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '5'];
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', [...form, ...name, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  // It says nothing after the handshake, so the next check fails.
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => socket.destroy());
  const endpoint = await listening(t, server);
  const { the } = await checkup(world, [SOURCE, '--endpoint', endpoint, '--ca-cert', cert, '--timeout', '1s']);
  assert.equal(the('certificate').level, 'warning');
  assert.match(the('certificate').message, /valid until \d{4}-\d\d-\d\d \([45] days\)/);
  assert.match(the('certificate').advice!, /ERR_TLS/);
  assert.equal(the('clock').level, 'problem');
});

test('a proxy is named without its password', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const proxy = await httpProxy(t);
  const env = { HTTP_PROXY: `http://someone:secretword@127.0.0.1:${proxy.port}`, NO_PROXY: '' };
  const { odd, the, result } = await checkup(world, [SOURCE], { env });
  assert.deepEqual(odd, []);
  assert.match(the('connect').message, new RegExp(`through the proxy 127\\.0\\.0\\.1:${proxy.port},`));
  assert.doesNotMatch(result.stdout, /secretword/);
  assert.ok(proxy.seen.length > 20);
});
