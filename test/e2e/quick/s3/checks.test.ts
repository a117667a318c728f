// By what the body of an object is checked, and where it says so.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type ChecksumKind, checksumOf } from '../../../../src/lib/checksum/checksum.js';
import { refuse, type S3Server, type S3ServerOptions, startS3Server } from '../../../fakes/s3/server.js';
import { readCheckup } from '../../../support/cli/checkup.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { readFailures, readTree, tempFiles } from '../../../support/cli/tree.js';

const KEYS = {
  AWS_ACCESS_KEY_ID: 'AK',
  AWS_SECRET_ACCESS_KEY: 'SECRETSECRET',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  UPYUN_OPERATOR: undefined,
  UPYUN_PASSWORD: undefined,
};

async function s3World(t: TestContext, options: S3ServerOptions) {
  const server: S3Server = await startS3Server(options);
  t.after(() => server.close());
  const world = await openWorld(t);
  const run = (args: string[], input?: string, more: Record<string, string> = {}) =>
    world.run(args, {
      env: { ...KEYS, SLUICE_ENDPOINT: server.endpoint, ...more },
      ...(input !== undefined && { input }),
    });
  return { ...world, server, run };
}

type Headers = Record<string, string>;

/** The ETag of an upload in two parts. */
const PARTS = { etag: '"11111111111111111111111111111111-2"' };
const LATER = new Date(Date.UTC(2025, 0, 1)).toUTCString();
/** Looks like an MD5. */
const RANDOM = '"0123456789abcdef0123456789abcdef"';
const KMS = { etag: RANDOM, 'x-amz-server-side-encryption': 'aws:kms' };

const base64 = (kind: ChecksumKind, body: Buffer) => Buffer.from(checksumOf(kind, body), 'hex').toString('base64');
const checksum = (kind: ChecksumKind) => (body: Buffer) => ({ [`x-amz-checksum-${kind}`]: base64(kind, body) });
/** As OSS, COS and TOS send it: a decimal number. */
const decimal = (body: Buffer) => String(BigInt(`0x${checksumOf('crc64ecma', body)}`));
const fullObject = { 'x-amz-checksum-type': 'FULL_OBJECT' };

/** What the store sends for a body, and what it is checked by. */
const CASES: Record<string, { by: string; headers: (body: Buffer) => Headers }> = {
  etag: { by: 'md5', headers: () => ({}) },
  'etag-and-crc': { by: 'md5', headers: checksum('crc32') },
  md5chksum: {
    by: 'md5',
    headers: (body) => ({ ...PARTS, 'x-amz-meta-md5chksum': base64('md5', body), ...checksum('crc32')(body) }),
  },
  s3cmd: {
    by: 'md5',
    headers: (body) => ({ ...PARTS, 'x-amz-meta-s3cmd-attrs': `uid:0/md5:${checksumOf('md5', body)}/mode:33188` }),
  },
  'kms-md5chksum': { by: 'md5', headers: (body) => ({ ...KMS, 'x-amz-meta-md5chksum': base64('md5', body) }) },
  crc32: { by: 'crc32', headers: (body) => ({ ...PARTS, ...checksum('crc32')(body), ...fullObject }) },
  crc32c: { by: 'crc32c', headers: (body) => ({ ...KMS, ...checksum('crc32c')(body) }) },
  sha1: { by: 'sha1', headers: (body) => ({ ...KMS, ...checksum('sha1')(body) }) },
  sha512: { by: 'sha512', headers: (body) => ({ ...KMS, ...checksum('sha512')(body), ...checksum('crc32')(body) }) },
  'md5-checksum': { by: 'md5', headers: (body) => ({ ...KMS, ...checksum('md5')(body), ...fullObject }) },
  sha256: { by: 'sha256', headers: (body) => ({ ...PARTS, ...checksum('sha256')(body) }) },
  crc64nvme: { by: 'crc64nvme', headers: (body) => ({ ...PARTS, ...checksum('crc64nvme')(body), ...fullObject }) },
  oss: { by: 'crc64ecma', headers: (body) => ({ ...PARTS, 'x-oss-hash-crc64ecma': decimal(body) }) },
  'oss-appended': {
    by: 'crc64ecma',
    headers: (body) => ({ etag: RANDOM, 'x-oss-object-type': 'Appendable', 'x-oss-hash-crc64ecma': decimal(body) }),
  },
  'oss-plain': { by: 'md5', headers: (body) => ({ 'x-oss-hash-crc64ecma': decimal(body) }) },
  tencent: {
    by: 'crc64ecma',
    headers: (body) => ({
      ...{ etag: RANDOM, 'x-cos-server-side-encryption': 'cos/kms' },
      'x-cos-hash-crc64ecma': decimal(body),
    }),
  },
  volcengine: { by: 'crc64ecma', headers: (body) => ({ ...PARTS, 'x-tos-hash-crc64ecma': decimal(body) }) },
  'goog-md5': {
    by: 'md5',
    headers: (body) => ({ etag: '', 'x-goog-hash': `crc32c=${base64('crc32c', body)},md5=${base64('md5', body)}` }),
  },
  'goog-crc32c': {
    by: 'crc32c',
    headers: (body) => ({ etag: '"-CKicn4fknIcDEAE="', 'x-goog-hash': `crc32c=${base64('crc32c', body)}` }),
  },
};

/** Digests that are not of these bytes, and must not be compared with them. */
const NOT_COMPARED: Record<string, Headers> = {
  parts: PARTS,
  kms: KMS,
  dsse: { ...KMS, 'x-amz-server-side-encryption': 'aws:kms:dsse' },
  customer: { etag: RANDOM, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
  appended: { etag: RANDOM, 'x-oss-object-type': 'Appendable' },
  'composite-value': { ...PARTS, 'x-amz-checksum-crc32': 'AAAAAA==-2' },
  'md5-of-parts': { ...PARTS, 'x-amz-checksum-md5': 'AAAAAAAAAAAAAAAAAAAAAA==', 'x-amz-checksum-type': 'COMPOSITE' },
  'composite-type': { ...PARTS, 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-type': 'COMPOSITE' },
  'crc64-too-large': { ...PARTS, 'x-oss-hash-crc64ecma': '18446744073709551616' },
  'crc64-no-number': { ...PARTS, 'x-cos-hash-crc64ecma': '-1', 'x-tos-hash-crc64ecma': '0x1' },
  'cos-customer': { etag: RANDOM, 'x-cos-server-side-encryption-customer-algorithm': 'AES256' },
  'too-short': { ...PARTS, 'x-amz-checksum-sha256': 'AAAAAA==' },
  'no-base64': { ...PARTS, 'x-amz-meta-md5chksum': '!!', 'x-amz-checksum-crc32c': '????????' },
  gpg: {
    ...PARTS,
    'x-amz-meta-s3cmd-attrs': 'md5:0123456789abcdef0123456789abcdef',
    'x-amz-meta-s3tools-gpgenc': 'gpg',
  },
};

/** Small bodies are stored whole, large ones in pieces. */
const SIZES = { small: 1_001, large: 1_400_003 };

const bodies = new Map<string, Buffer>();
for (const name of [...Object.keys(CASES), ...Object.keys(NOT_COMPARED)])
  for (const [size, bytes] of Object.entries(SIZES)) bodies.set(`${size}/${name}`, bodyOf(`${size}/${name}`, bytes));

function bodyOf(name: string, bytes: number): Buffer {
  const seed = createHash('sha256').update(name).digest();
  return Buffer.alloc(bytes, seed);
}

const nameOf = (key: string) => key.split('/')[1]!;
const keysOf = (names: object) => [...bodies.keys()].filter((key) => nameOf(key) in names);
const objectsOf = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, bodies.get(key)!]));

function headersOf(keys: readonly string[]): Record<string, Headers> {
  return Object.fromEntries(
    keys.map((key) => [key, CASES[nameOf(key)]?.headers(bodies.get(key)!) ?? NOT_COMPARED[nameOf(key)]!]),
  );
}

/** Counts by what they were checked by. */
function expected(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) {
    const by = CASES[nameOf(key)]?.by ?? 'size';
    counts[by] = (counts[by] ?? 0) + 1;
  }
  return counts;
}

const checkedBy = (fields: object) => (fields as { checkedBy?: Record<string, number> }).checkedBy;

test('each digest is compared where it is one: the summary, the manifest and status say by what', async (t) => {
  const keys = [...bodies.keys()];
  const { server, run, to, folder } = await s3World(t, { objects: objectsOf(keys), headers: headersOf(keys) });
  const manifest = join(folder, 'manifest');
  const result = (await run(['mirror', 's3://pics', '--to', to, '--manifest', manifest, '--json'])).expectExit(0);
  assert.equal(result.counts.stored, keys.length);
  assert.deepEqual(checkedBy(result.summary), expected(keys));
  assert.deepEqual([...(await readTree(to)).keys()].sort(), [...keys].sort());
  const lines = (await readFile(manifest, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    Object.fromEntries(lines.map((line) => [line.key, line.checkedBy])),
    Object.fromEntries(keys.map((key) => [key, CASES[nameOf(key)]?.by ?? 'size'])),
  );
  const status = JSON.parse((await run(['status', '--to', to, '--json'])).expectExit(0).stdout);
  assert.deepEqual(checkedBy(status), expected(keys));
  assert.match(
    (await run(['status', '--to', to])).expectExit(0).stdout,
    /^checked by +MD5 16; CRC-64\/ECMA 8; CRC-32C 4; .*; size only 28$/m,
  );

  // Without the records of this machine, by what the store says; without the store, by the lines alone.
  await rm(join(to, '.sluice/digests'));
  server.requests.length = 0;
  const verified = await run(['verify', 's3://pics', '--to', to, '--checksum', '--json']);
  const noDigest = keysOf(NOT_COMPARED);
  assert.deepEqual(
    verified.lines.map(({ key, reason }) => `${key} ${reason}`).sort(),
    noDigest.map((key) => `${key} unverified`).sort(),
  );
  const { size: _size, ...compared } = expected(keys);
  assert.deepEqual(checkedBy(verified.summary), compared);
  assert.ok(
    server.requests.every(({ method, path }) => method === 'HEAD' || path === '/pics'),
    'no body is fetched',
  );
  for (const key of keysOf(CASES)) await flip(join(to, key));
  const wrong = await run(['verify', 's3://pics', '--to', to, '--checksum', '--json']);
  const differ = wrong.lines.filter(({ reason }) => reason === 'digest');
  assert.deepEqual(differ.map(({ key }) => key).sort(), keysOf(CASES).sort());
  assert.match(
    String(differ.find(({ key }) => key === 'small/crc64nvme')!.error),
    /^the CRC-64\/NVME is [0-9a-f]{16}, the source has /,
  );
  for (const key of keysOf(CASES)) await flip(join(to, key));
  // An ETag alone proves a content that has it as its MD5; of another content it says nothing here.
  const etags = keys.map((key) =>
    lineOf(key, headersOf(keys)[key]!.etag ?? `"${checksumOf('md5', bodies.get(key)!)}"`),
  );
  const byEtag = (await run(['verify', '-', '--to', to, '--checksum', '--json'], etags.join('\n'))).expectExit(1);
  assert.deepEqual(checkedBy(byEtag.summary), { md5: 6 });
  assert.deepEqual(new Set(byEtag.lines.map(({ reason }) => reason)), new Set(['unverified']));
  const alone = (
    await run(['verify', '-', '--to', to, '--checksum', '--json'], await readFile(manifest, 'utf8'))
  ).expectExit(0);
  assert.deepEqual(checkedBy(alone.summary), { md5: keys.length });
});

const lineOf = (key: string, etag: string) => JSON.stringify({ key, etag });

async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[500]! ^= 1;
  const { mtime } = await stat(path);
  await writeFile(path, bytes);
  await utimes(path, mtime, mtime);
}

test('a body that is not the one of its digest is never stored, whichever digest it is', async (t) => {
  const keys = keysOf(CASES);
  const sent = Object.fromEntries(keys.map((key) => [key, Buffer.from(bodies.get(key)!)]));
  for (const body of Object.values(sent)) body[700]! ^= 4;
  const headers = Object.fromEntries(
    keys.map((key) => [
      key,
      { etag: `"${checksumOf('md5', bodies.get(key)!)}"`, ...CASES[nameOf(key)]!.headers(bodies.get(key)!) },
    ]),
  );
  const { run, to } = await s3World(t, { objects: sent, headers });
  const result = (await run(['mirror', 's3://pics', '--to', to, '--retries', '0', '--json'])).expectExit(1);
  assert.deepEqual(result.counts, { listed: keys.length, stored: 0, skipped: 0, gone: 0, failed: keys.length });
  assert.equal(checkedBy(result.summary), undefined);
  const failures = await readFailures(to);
  assert.deepEqual(new Set(failures.map(({ code }) => code)), new Set(['ERR_DIGEST']));
  for (const size of Object.keys(SIZES)) {
    const { error } = failures.find(({ key }) => key === `${size}/crc32c`)! as unknown as { error: string };
    assert.match(error, /the CRC-32C of the body is [0-9a-f]{8}, the server says [0-9a-f]{8}/);
    const crc64 = failures.find(({ key }) => key === `${size}/oss`)! as unknown as { error: string };
    assert.match(crc64.error, /the CRC-64\/ECMA of the body is [0-9a-f]{16}, the server says [0-9a-f]{16}/);
  }
  assert.equal((await readTree(to)).size, 0);
  assert.deepEqual(await tempFiles(to), []);
});

test('the doctor says by what the first objects can be checked, each of them', async (t) => {
  const keys = [...bodies.keys()].filter((key) => key.startsWith('small/')).sort();
  const { server, run } = await s3World(t, { objects: objectsOf(keys), headers: headersOf(keys) });
  server.fault = ({ path }, response) => {
    if (!path.endsWith(keys[3]!)) return false;
    refuse(response, 403, 'AccessDenied');
    return true;
  };
  const { the } = readCheckup(await run(['doctor', 's3://pics', '--json']));
  const answered = keys.slice(0, 10).filter((_, at) => at !== 3);
  assert.deepEqual(
    the('digests').data!.objects,
    answered.map((key) => ({ key, checkedBy: CASES[nameOf(key)]?.by ?? 'size' })),
  );
  assert.deepEqual(the('digests').data!.checkedBy, expected(answered));
  const text = (await run(['doctor', 's3://pics'])).expectExit(0).stdout;
  assert.match(text, /ok +of the first 9 objects, the contents can be checked by: .*CRC-32 1.*; size only \d/);
});

test('no ETag of a directory bucket is compared', async (t) => {
  const objects = { 'a.jpg': Buffer.from('a'), 'b.jpg': Buffer.from('b') };
  const headers = {
    'a.jpg': { etag: RANDOM },
    'b.jpg': { etag: RANDOM, ...checksum('crc64nvme')(objects['b.jpg']) },
  };
  const { run, to } = await s3World(t, { bucket: 'pics--x-s3', objects, headers });
  const result = (await run(['mirror', 's3://pics--x-s3', '--to', to])).expectExit(0);
  assert.match(result.stderr, /^.*checked by: CRC-64\/NVME 1; size only 1$/m);
  const again = (await run(['mirror', 's3://pics--x-s3', '--to', `${to}-zh`, '--lang', 'zh'])).expectExit(0);
  assert.match(again.stderr, /^.*校验方式：CRC-64\/NVME 1；仅大小 1$/m);
});

test('the listed ETag counts where the answer has none, and only for the version that was listed', async (t) => {
  const body = Buffer.from('as listed');
  const answered: Record<string, { by: string; headers: Headers }> = {
    same: { by: 'md5', headers: { 'x-amz-request-id': '1' } },
    'another-time': { by: 'size', headers: { 'x-amz-request-id': '1', 'last-modified': LATER } },
    'no-time': { by: 'size', headers: { 'x-amz-request-id': '1', 'last-modified': '' } },
    'no-length': { by: 'size', headers: { 'x-amz-request-id': '1', 'content-length': '' } },
    'no-store': { by: 'size', headers: {} },
    kms: { by: 'size', headers: { 'x-amz-request-id': '1', 'x-amz-server-side-encryption': 'aws:kms' } },
    appended: { by: 'size', headers: { 'x-oss-request-id': '1', 'x-oss-object-type': 'Appendable' } },
    crc: { by: 'crc32', headers: { 'x-amz-request-id': '1', ...checksum('crc32')(body) } },
    parts: { by: 'size', headers: { 'x-amz-request-id': '1', ...PARTS } },
  };
  const names = Object.keys(answered);
  const objects: Record<string, Buffer> = Object.fromEntries(names.map((name) => [name, body]));
  const headers = Object.fromEntries(names.map((name) => [name, answered[name]!.headers]));
  // With parts of a second, which Last-Modified does not have.
  const mtimesMs = Object.fromEntries(names.map((name) => [name, Date.UTC(2024, 1, 3, 4, 5, 6, 789)]));
  const { run, to, folder } = await s3World(t, { objects, headers, mtimesMs, dropsEtags: true });
  const manifest = join(folder, 'manifest');
  (await run(['mirror', 's3://pics', '--to', to, '--manifest', manifest])).expectExit(0);
  const lines = (await readFile(manifest, 'utf8')).trim().split('\n');
  assert.deepEqual(
    Object.fromEntries(lines.map((line) => [JSON.parse(line).key, JSON.parse(line).checkedBy])),
    Object.fromEntries(names.map((name) => [name, answered[name]!.by])),
  );
  // A line that says what the listing said, and then a body of the same size that is another one.
  const listed = (await run(['list', 's3://pics'])).expectExit(0).stdout;
  objects.same = Buffer.from('as LISTED');
  const again = `${to}-2`;
  const other = await run(['fetch', '--from', 's3://pics', '--to', again, '--retries', '0'], listed);
  assert.match(other.expectExit(1).stderr, /same.*the MD5 of the body is .*ERR_DIGEST/);
  assert.ok(!existsSync(join(again, 'same')));
});

test('a large body that breaks off goes on under its checksum, and a rest of another body is refused', async (t) => {
  const body = bodies.get('large/crc32c')!;
  const headers = { ...PARTS, ...checksum('crc32c')(body), ...fullObject };
  const { server, run, to } = await s3World(t, { objects: { 'x.bin': body }, headers: { 'x.bin': headers } });
  let isWrong = false;
  server.fault = ({ headers: asked, path }, response) => {
    if (path === '/pics' || (asked.range !== undefined && !isWrong)) return false;
    const from = Number(/^bytes=(\d+)-$/.exec(asked.range ?? '')?.[1] ?? 0);
    const rest = Buffer.from(body.subarray(from));
    rest[rest.length - 1]! ^= 1;
    const whole = { ...headers, 'content-length': rest.length };
    const range = {
      etag: headers.etag,
      'content-length': rest.length,
      'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
    };
    response.writeHead(asked.range === undefined ? 200 : 206, asked.range === undefined ? whole : range);
    if (asked.range !== undefined) response.end(rest);
    else response.write(rest.subarray(0, 1_200_000), () => response.destroy());
    return true;
  };
  const whole = (await run(['mirror', 's3://pics', '--to', to, '--json'])).expectExit(0);
  assert.deepEqual(checkedBy(whole.summary), { crc32c: 1 });
  const gets = server.requests.filter(({ method, path }) => method === 'GET' && path !== '/pics');
  assert.deepEqual(
    gets.map(({ headers }) => headers.range !== undefined),
    [false, true],
  );
  assert.ok((await readFile(join(to, 'x.bin'))).equals(body));
  isWrong = true;
  const other = (await run(['mirror', 's3://pics', '--to', `${to}-2`, '--retries', '1', '--json'])).expectExit(1);
  assert.match(other.stderr, /"code":"ERR_DIGEST"/);
  assert.ok(!existsSync(join(`${to}-2`, 'x.bin')));
});

test('the counts of a job go on over its runs, and a fetch of what failed adds to them', async (t) => {
  const keys = keysOf(CASES).filter((key) => key.startsWith('small/'));
  const { server, run, to } = await s3World(t, { objects: objectsOf(keys), headers: headersOf(keys), cap: 3 });
  server.fault = async ({ path, query }, response) => {
    if (path.endsWith('/goog-md5')) refuse(response, 500, 'InternalError');
    else if (path === '/pics' && query.has('start-after')) {
      await until('a note of the first page', () => ['crc32', 'crc32c', 'crc64nvme'].every(isNoted));
      refuse(response, 403, 'AccessDenied');
    } else return false;
    return true;
  };
  const isNoted = (kind: string) => readFileSync(join(to, '.sluice/journal'), 'utf8').includes(`"${kind}":1`);
  const args = ['mirror', 's3://pics', '--to', to, '--retries', '0', '--list-concurrency', '1', '--json'];
  const first = (await run(args)).expectExit(3);
  assert.deepEqual(checkedBy(first.summary), { crc32: 1, crc32c: 1, crc64nvme: 1 });
  server.fault = ({ path }, response) => {
    if (!path.endsWith('/goog-md5')) return false;
    refuse(response, 500, 'InternalError');
    return true;
  };
  const second = (await run(args)).expectExit(1);
  const { md5, ...others } = expected(keys);
  assert.deepEqual(checkedBy(second.summary), { ...others, md5: md5! - 1 });
  server.fault = undefined;
  const failed = await readFile(join(to, '.sluice/failures.ndjson'), 'utf8');
  (await run(['fetch', '--from', 's3://pics', '--to', to, '--json'], failed)).expectExit(0);
  const status = JSON.parse((await run(['status', '--to', to, '--json'])).expectExit(0).stdout);
  assert.deepEqual(checkedBy(status), expected(keys));
});

test('after kills the counts have a rest with a name: their sum is what is stored, in the summary and in status', async (t) => {
  const keys = [...bodies.keys()].filter((key) => key.startsWith('small/'));
  const { run, to } = await s3World(t, { objects: objectsOf(keys), headers: headersOf(keys), cap: 7 });
  const sumOf = (fields: object) => Object.values(checkedBy(fields) ?? {}).reduce((sum, count) => sum + count, 0);
  const statusOf = async () => JSON.parse((await run(['status', '--to', to, '--json'])).expectExit(0).stdout);
  const args = ['mirror', 's3://pics', '--to', to, '--json'];
  // Behind a rename, and before anything is noted of it; then before a checkpoint.
  for (const point of ['store.renamed:4', 'store.renamed:9', 'checkpoint.begun:1']) {
    const { signal } = await run(args, undefined, { SLUICE_CRASH_POINT: point });
    assert.equal(signal, 'SIGKILL', point);
    const status = await statusOf();
    assert.equal(sumOf(status), status.stored, `${point}: ${JSON.stringify(status.checkedBy)}`);
    const known = sumOf({ checkedBy: { ...status.checkedBy, notRecorded: 0 } });
    assert.ok(known <= status.stored, `${point}: ${known} checked, ${status.stored} stored`);
  }
  const { summary } = (await run(args)).expectExit(0);
  assert.equal(summary.stored, keys.length);
  assert.equal(sumOf(summary), keys.length);
  const { notRecorded = 0 } = checkedBy(summary) as { notRecorded?: number };
  assert.ok(notRecorded > 0, JSON.stringify(checkedBy(summary)));
  const { checkedBy: counts, stored } = await statusOf();
  assert.deepEqual([counts, stored], [checkedBy(summary), keys.length]);
  const text = (await run(['status', '--to', to])).expectExit(0).stdout;
  assert.match(text, new RegExp(`^checked by .*; not recorded ${notRecorded}$`, 'm'));
});
