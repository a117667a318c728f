// The digests that stores send, against check values and cuts into pieces.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  CHECKSUM_BYTES,
  type ChecksumKind,
  checksumOf,
  createChecksum,
} from '../../../../src/lib/checksum/checksum.js';

const KINDS = Object.keys(CHECKSUM_BYTES) as ChecksumKind[];

test('"123456789" has the check values of the standards', () => {
  const digits = Buffer.from('123456789');
  assert.deepEqual(Object.fromEntries(KINDS.map((kind) => [kind, checksumOf(kind, digits)])), {
    sha512:
      'd9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85',
    sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
    sha1: 'f7c3bc1d808e04732adf679965ccc34ca7ae3441',
    md5: '25f9e794323b453885f5181f1b624d0b',
    crc64nvme: 'ae8b14860a799888',
    crc64ecma: '995dc9bbdf1939fa',
    crc32c: 'e3069283',
    crc32: 'cbf43926',
  });
  // As the SDKs of AWS have them in their tests.
  const base64 = (kind: ChecksumKind, text: string) =>
    Buffer.from(checksumOf(kind, Buffer.from(text)), 'hex').toString('base64');
  assert.deepEqual(
    (['crc64nvme', 'crc32c', 'crc32'] as const).map((kind) => [kind, base64(kind, 'Hello world'), base64(kind, 'abc')]),
    [
      ['crc64nvme', 'OOJZ0D8xKts=', 'BeXKuz/B+us='],
      ['crc32c', 'crUfeA==', 'Nks/tw=='],
      ['crc32', 'i9aeUg==', 'NSRBwg=='],
    ],
  );
  // RFC 3720, B.4, and zero bytes in front: a sum with leading zeros.
  assert.equal(checksumOf('crc32c', Buffer.alloc(32)), '8a9136aa');
  assert.equal(checksumOf('crc32c', Buffer.from(Array.from({ length: 32 }, (_, at) => at))), '46dd794e');
  for (const kind of KINDS) assert.equal(checksumOf(kind, Buffer.alloc(0)).length, 2 * CHECKSUM_BYTES[kind]);
});

test('any cut into pieces gives the sum of the whole, also in memory that threads share', () => {
  const bodies = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(fc.array(bodies, { maxLength: 5 }), fc.constantFrom(...KINDS), (pieces, kind) => {
      const shared = new Uint8Array(new SharedArrayBuffer(2_000));
      const checksum = createChecksum(kind);
      for (const piece of pieces) {
        shared.set(piece, 7);
        checksum.update(shared.subarray(7, 7 + piece.length));
      }
      assert.equal(checksum.hex(), checksumOf(kind, Buffer.concat(pieces)));
    }),
  );
});
