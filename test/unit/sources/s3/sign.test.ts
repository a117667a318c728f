// Signatures: the vectors of AWS's documents ("Examples: Signature Calculations in AWS Signature Version 4").

import assert from 'node:assert/strict';
import test from 'node:test';
import { createSigner } from '../../../../src/sources/s3/sign.js';

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const REQUEST = { method: 'GET', host: 'examplebucket.s3.amazonaws.com', date: '20130524T000000Z' } as const;

const signatureOf = (headers: Record<string, string>) => /Signature=([0-9a-f]{64})$/.exec(headers.authorization!)?.[1];

test('the listing of the documents', () => {
  const sign = createSigner(KEYS, 'us-east-1');
  const headers = sign({ ...REQUEST, path: '/', query: 'max-keys=2&prefix=J' });
  assert.equal(signatureOf(headers), '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7');
});

test('the key is derived again for another day, and a token is signed', () => {
  const sign = createSigner({ ...KEYS, sessionToken: 'token' }, 'us-east-1');
  const one = sign({ ...REQUEST, path: '/a', query: '' });
  const other = sign({ ...REQUEST, path: '/a', query: '', date: '20130525T000000Z' });
  assert.match(one.authorization!, /SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,/);
  assert.notEqual(signatureOf(one), signatureOf(other));
  assert.equal(signatureOf(one), signatureOf(sign({ ...REQUEST, path: '/a', query: '' })));
});
