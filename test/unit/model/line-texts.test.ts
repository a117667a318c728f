// What a line of a listing is written by: as JSON.stringify and Date write it, only faster.

import assert from 'node:assert/strict';
import test from 'node:test';
import { safeJson, safeText } from '../../../src/model/json.js';
import { isoTime } from '../../../src/model/time.js';
import { random } from '../../support/random.js';

test('a text is quoted as the safe JSON of it, whatever character it has', () => {
  for (let code = 0; code < 0x10000; code++) {
    const text = `a${String.fromCharCode(code)}b`;
    assert.equal(safeText(text), safeJson(text), code.toString(16));
  }
  for (const text of ['', '😀', '\ud83d', 'a"b', 'a\\b', '图片.jpg']) assert.equal(safeText(text), safeJson(text));
});

test('a time is written as Date writes it, before 1970, at both ends of a day, and in any order', () => {
  const chance = random(3);
  const dayMs = 86_400_000;
  for (let round = 0; round < 5_000; round++) {
    const day = Math.floor(chance() * 20_000) * dayMs;
    const times = [day, day - 1, day + dayMs - 1, day + chance() * dayMs, -chance() * 1e13, chance() * 8e15];
    times.push(Math.floor(chance() * 2.9e6) * dayMs);
    for (const ms of times) assert.equal(isoTime(ms), new Date(ms).toISOString(), String(ms));
  }
  assert.equal(isoTime(8.64e15), '+275760-09-13T00:00:00.000Z');
  for (const ms of [Number.NaN, 8.64e15 + 1]) assert.throws(() => isoTime(ms), RangeError);
});
