// A table from texts to numbers, of any number of them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { HashTable, hashName } from '../../../../src/lib/record-index/hash-table.js';

test('each text has the number that it got last, also above 32 bits', () => {
  const table = new HashTable();
  const value = (index: number) => index * 5_000_000_019;
  for (let index = 0; index < 20_000; index++) table.set(`text ${index}`, index);
  for (let index = 0; index < 20_000; index++) table.set(`text ${index}`, value(index));
  assert.equal(table.size, 20_000);
  for (let index = 0; index < 20_000; index++) {
    assert.equal(table.get(`text ${index}`), value(index));
    assert.equal(table.getHash(hashName(`text ${index}`)), value(index));
  }
  assert.equal(table.get('another'), undefined);
});
