// Rates by the clock: what is written, what holds when, and when it changes.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Limits } from '../../../../src/pacing/limits/limits.js';
import { msUntilChange, parseTimetable, rateAt, type Timetable } from '../../../../src/pacing/limits/timetable.js';

const parse = (text: string) => parseTimetable(text, (rate) => (/^\d+$/.test(rate) ? Number(rate) : undefined));
/** 2026-11-23 is a Monday; local time, as the user's clock has it. */
const at = (time: string, day = 23) => new Date(`2026-11-${day}T${time}`);

test('one rate holds always', () => {
  const timetable = parse('10')!;
  assert.deepEqual([rateAt(timetable, at('00:00')), rateAt(timetable, at('23:59', 29))], [10, 10]);
  assert.equal(msUntilChange(timetable, at('12:00')), undefined);
  assert.equal(rateAt(parse('off')!, at('12:00')), undefined);
});

test('each entry holds from its time to the next one, every day', () => {
  const timetable = parse('08:00,10 12:00,20 23:00,off')!;
  const rates = ['00:00', '07:59', '08:00', '11:59', '12:00', '22:59', '23:00'].map((time) =>
    rateAt(timetable, at(time)),
  );
  assert.deepEqual(rates, [undefined, undefined, 10, 10, 20, 20, undefined]);
  assert.equal(msUntilChange(timetable, at('11:59:30')), 30_000);
  assert.equal(msUntilChange(timetable, at('23:30')), 8.5 * 3_600_000);
  assert.equal(msUntilChange(timetable, at('08:00')), 4 * 3_600_000);
});

test('an entry with a day holds from there on, over the end of the week', () => {
  const timetable = parse('Mon-08:00,10 Fri-18:00,off')!;
  const rates = [at('07:00'), at('09:00'), at('17:59', 27), at('18:00', 27), at('12:00', 29)].map((time) =>
    rateAt(timetable, time),
  );
  assert.deepEqual(rates, [undefined, 10, 10, undefined, undefined]);
  assert.equal(msUntilChange(timetable, at('08:00', 29)), 24 * 3_600_000);
});

test('what makes no sense is refused', () => {
  for (const text of [
    '',
    'x',
    '08:00',
    '08:00,',
    '25:00,1',
    '08:60,1',
    'Foo-08:00,1',
    '08:00,1 12:00',
    '08:00,x',
    '8,1',
  ]) {
    assert.equal(parse(text), undefined, text);
  }
});

test('the limit follows the timetable while a run goes on', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = at('11:59:59');
  const controller = new AbortController();
  const bytesPerSecond: Timetable = parse('08:00,10 12:00,20')!;
  const values = { bytesPerSecond, objectsPerSecond: 5, listsPerSecond: undefined };
  const limits = new Limits(values, { signal: controller.signal, now: () => now });
  assert.deepEqual([limits.bytes.perSecond, limits.objects.perSecond, limits.lists.perSecond], [10, 5, undefined]);
  now = at('12:00:00');
  t.mock.timers.tick(1_100);
  assert.equal(limits.bytes.perSecond, 20);
  limits.apply({ bytesPerSecond: parse('7'), objectsPerSecond: undefined, listsPerSecond: 3 });
  assert.deepEqual([limits.bytes.perSecond, limits.objects.perSecond, limits.lists.perSecond], [7, undefined, 3]);
  controller.abort();
});
