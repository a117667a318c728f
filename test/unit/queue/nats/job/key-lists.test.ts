// What a machine tells of a batch arrives as it was told; anything else is nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { keyHash } from '../../../../../src/lib/record-index/key-hash.js';
import { decodeKeys, encodeKeys } from '../../../../../src/queue/nats/job/key-lists.js';

test('a list arrives with the hash of each key, in order', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' })), (keys) => {
      const found = decodeKeys(encodeKeys({ key: 'page.0', entries: keys.map((key) => ({ key })) }));
      assert.equal(found!.batch, 'page.0');
      assert.deepEqual(found!.hashes, keys.map(keyHash));
    }),
  );
});

test('what is none of ours says nothing', () => {
  for (const text of ['', 'x', '\n', 'page.0', 'page.0\n1234567', 'page/0\n12345678', '../x.0\n', '{"k":1}\n'])
    assert.equal(decodeKeys(Buffer.from(text)), undefined, text);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void decodeKeys(bytes)));
});
