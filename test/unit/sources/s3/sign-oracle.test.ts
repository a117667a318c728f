// Signatures over paths, queries and tokens that no document has an example for: compared with those of AWS's own signer.
// SLUICE_SIGN_SEED repeats it exactly as it was.

import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeKey, queryOf } from '../../../../src/sources/s3/path.js';
import { createSigner } from '../../../../src/sources/s3/sign.js';
import { AWKWARD_NAMES } from '../../../support/cli/contents.js';
import { random } from '../../../support/random.js';
import { smithySigner } from '../../../support/s3/smithy.js';

const SEED = Number(process.env.SLUICE_SIGN_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 400;

/** What URL classes fold, what encoders forget, and what is outside of the basic plane. */
const PIECES = [
  ...['/', '//', '.', '..', '/./', '/../', '%', '%2F', '%2e', '%00', '+', ' ', '&', '=', '?', '#', ';', ':', '@', ','],
  ...['!', "'", '(', ')', '*', '"', '<', '>', '\\', '^', '`', '{', '|', '}', '~', '_', '-', '$', '&amp;', '&#34;'],
  ...['\u0000', '\u0001', '\t', '\n', '\r', '\u001f', '\u007f', '\u0080', '\u00a0', 'é', 'e\u0301', '商品', '\u2028'],
  ...[
    '\ufeff',
    '\ufffd',
    '\uffff',
    'Ａ',
    '😀',
    '👩‍👩‍👧',
    '\u{10ffff}',
    'a',
    'Z',
    '0',
    'x'.repeat(300),
    ...AWKWARD_NAMES,
  ],
];

test(`${ROUNDS} hostile paths, queries and tokens have the signature of AWS's own signer (seed ${SEED})`, async () => {
  const next = random(SEED);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)]!;
  const text = (most: number) => Array.from({ length: 1 + Math.floor(next() * most) }, () => pick(PIECES)).join('');
  const token = () => Array.from({ length: 900 }, () => pick([...'abcXYZ019+/='])).join('');
  let withToken = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const sessionToken = next() < 0.3 ? token() : undefined;
    if (sessionToken !== undefined) withToken++;
    const keys = { accessKeyId: `AK${round}`, secretAccessKey: token().slice(0, 40), sessionToken };
    const region = pick(['us-east-1', 'cn-north-1', 'auto', 'oss-cn-hangzhou']);
    const key = text(12);
    const parameters: Record<string, string> =
      next() < 0.5
        ? {}
        : { 'list-type': '2', prefix: text(4), 'start-after': text(8), 'max-keys': '1000', [text(1)]: text(2) };
    const path = `/pics/${encodeKey(key)}`;
    const host = pick(['127.0.0.1:9000', 'pics.s3.eu-west-1.amazonaws.com', '[::1]:80']);
    const extra: Record<string, string> = next() < 0.3 ? { 'x-amz-request-payer': 'requester' } : {};
    const method = pick(['GET', 'HEAD'] as const);
    const when = new Date(
      Date.UTC(2013 + Math.floor(next() * 30), Math.floor(next() * 12), 1 + Math.floor(next() * 28)),
    );
    const date = when.toISOString().replace(/\.\d{3}|[-:]/g, '');

    const ours = createSigner(keys, region)({ method, host, path, query: queryOf(parameters), date, extra });
    const request = { method, path, query: parameters, headers: { host, ...extra } };
    const theirs = await smithySigner(keys, region)(request, when);
    assert.equal(ours.authorization, theirs.authorization, `${method} ${JSON.stringify({ key, parameters })}`);
    assert.equal(ours['x-amz-security-token'], sessionToken);
    // What is signed is what a server reads.
    assert.equal(decodeURIComponent(path), `/pics/${key}`);
    assert.match(path, /^(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})+$/);
  }
  assert.ok(withToken > ROUNDS / 10);
});
