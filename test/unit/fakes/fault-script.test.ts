// Which requests a rule strikes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { type Fault, type FaultMatch, FaultScript, type FaultSubject } from '../../fakes/wire/fault-script.js';

const SUBJECT: FaultSubject = { kind: 'get', key: 'a/one.jpg', view: 'rest', method: 'GET' };

function strikes(fault: Omit<Fault, 'action'>, keys: readonly string[]): boolean[] {
  const script = new FaultScript([{ ...fault, action: { gone: true } }]);
  return keys.map((key) => script.take({ ...SUBJECT, key }).gone === true);
}

test('strikes so many times, after so many that pass', () => {
  assert.deepEqual(strikes({ after: 1, times: 2 }, ['a', 'b', 'a', 'b', 'c']), [false, true, true, false, false]);
});

test('counts for each key when told so', () => {
  assert.deepEqual(strikes({ times: 1, perKey: true }, ['a', 'b', 'a', 'b', 'c']), [true, true, false, false, true]);
});

test('strikes by chance, and the same way again for the same seed', () => {
  const keys = Array.from({ length: 2000 }, (_, index) => `key ${index}`);
  for (const perKey of [false, true]) {
    const once = strikes({ probability: 0.1, seed: 7, perKey }, keys);
    assert.deepEqual(strikes({ probability: 0.1, seed: 7, perKey }, keys), once);
    assert.notDeepEqual(strikes({ probability: 0.1, seed: 8, perKey }, keys), once);
    const count = once.filter(Boolean).length;
    assert.ok(count > 140 && count < 260, `${count} of 2000`);
  }
});

test('decides by key whatever the order of the requests, when told to count per key', () => {
  const keys = Array.from({ length: 100 }, (_, index) => `key ${index}`);
  const upwards = strikes({ probability: 0.5, perKey: true }, keys);
  assert.deepEqual(strikes({ probability: 0.5, perKey: true }, keys.toReversed()).reverse(), upwards);
});

test('matches by kind, key, pattern, directory, view and method', () => {
  const matching: FaultMatch[] = [
    {},
    { kind: 'get', view: 'rest', method: 'GET' },
    { key: 'a/one.jpg' },
    { key: /\.jpg$/g },
    { directory: 'a' },
    { directory: 'a/' },
  ];
  const others: FaultMatch[] = [
    { kind: 'list' },
    { view: 'cdn' },
    { method: 'HEAD' },
    { key: 'a/one' },
    { key: /^one/ },
    { directory: '' },
    { directory: 'a', kind: 'head' },
  ];
  for (const match of matching) {
    assert.deepEqual(strikes({ match }, ['a/one.jpg', 'a/one.jpg']), [true, true], JSON.stringify(match));
  }
  for (const match of others) assert.deepEqual(strikes({ match }, ['a/one.jpg']), [false], JSON.stringify(match));
});

test('takes the directory of a listing with or without its slash', () => {
  const script = new FaultScript([{ match: { directory: 'a/b' }, action: { gone: true } }]);
  for (const key of ['a/b', 'a/b/']) assert.ok(script.take({ ...SUBJECT, kind: 'list', key }).gone);
  assert.equal(script.take({ ...SUBJECT, kind: 'list', key: 'a' }).gone, undefined);
});

test('combines rules, and lets the older one win', () => {
  const script = new FaultScript([{ action: { delayMs: 1 } }, { action: { delayMs: 2, gone: true } }]);
  assert.deepEqual(script.take(SUBJECT), { delayMs: 1, gone: true });
});

test('can be changed while it runs, and tells how often a rule struck', () => {
  const script = new FaultScript();
  const rule = script.add({ times: 2, action: { gone: true } });
  for (let i = 0; i < 5; i++) script.take(SUBJECT);
  assert.equal(script.fired(rule), 2);
  script.remove(rule);
  script.add({ action: { wrongEtag: true } });
  assert.deepEqual(script.take(SUBJECT), { wrongEtag: true });
  script.clear();
  assert.deepEqual(script.take(SUBJECT), {});
});
