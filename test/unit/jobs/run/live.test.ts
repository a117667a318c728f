// What another process has noted of itself is shown only if it can be.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readLive } from '../../../../src/jobs/run/health/live.js';

const HEALTH = { state: 'limited', reason: 'limit-objects', perSecond: 5, sinceMs: 1_795_897_595_603 };
const LIVE = { at: '2026-11-28T20:26:37.316Z', health: HEALTH, done: 10, listed: 38, isEstimate: false, share: 0.25 };

test('the note of another version, or a damaged one, is not shown', () => {
  for (const health of [
    { ...HEALTH, state: 'constructor' },
    { ...HEALTH, reason: '__proto__' },
    { ...HEALTH, reason: 'of-a-later-version' },
    { ...HEALTH, untilMs: 'soon' },
    { ...HEALTH, volume: {} },
    { ...HEALTH, sinceMs: undefined },
    null,
  ])
    assert.equal(readLive({ ...LIVE, health }), undefined, JSON.stringify(health));
  for (const wrong of [{ at: 'now' }, { done: '10' }, { secondsLeft: '\u001b[31m' }, { share: null }])
    assert.equal(readLive({ ...LIVE, ...wrong }), undefined, JSON.stringify(wrong));
  for (const nothing of [undefined, null, 1, 'x', [], {}]) assert.equal(readLive(nothing), undefined);
});

test('a field that a later version adds does not hide the others', () => {
  const live = { ...LIVE, mood: 'good', health: { ...HEALTH, colour: ['red'] } };
  assert.equal(readLive(live), live);
});
