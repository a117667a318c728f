// When the user has to know: what lasts, what is news, and what is not.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { EventBus } from '../../../../src/events/bus.js';
import type { Health } from '../../../../src/events/health/health.js';
import { AlertWatcher, type Finding } from '../../../../src/jobs/alerts/watcher.js';

function watched(t: TestContext) {
  const events = new EventBus();
  const found: Finding[] = [];
  let nowMs = 1_000_000;
  const watcher = new AlertWatcher(events, {
    ...{ afterMs: 60_000, failures: 3, failuresFile: '/f', nowMs: () => nowMs },
    onFinding: (finding) => found.push(finding),
  });
  t.after(() => watcher.end());
  const enter = (state: Health['state'], reason: Health['reason']) =>
    void events.emit({ type: 'state', health: { state, reason, sinceMs: nowMs } });
  const pass = (ms: number) => {
    nowMs += ms;
    watcher.look();
  };
  const kinds = () => found.splice(0).map(({ kind }) => kind);
  return { events, watcher, enter, pass, kinds };
}

test('trouble is told once it has lasted, and its end once it was told', (t) => {
  const { enter, pass, kinds } = watched(t);
  enter('unreachable', 'no-answer');
  pass(59_000);
  enter('healthy', 'working');
  assert.deepEqual(kinds(), []);
  enter('unreachable', 'no-answer');
  pass(60_000);
  pass(600_000);
  assert.deepEqual(kinds(), ['unreachable']);
  enter('healthy', 'working');
  assert.deepEqual(kinds(), ['recovered']);
  enter('throttled', 'paused');
  pass(30_000);
  // A ban is more of the same.
  enter('banned', 'banned');
  pass(30_000);
  assert.deepEqual(kinds(), ['throttled']);
  enter('interrupted', 'working');
  assert.deepEqual(kinds(), []);
  enter('unreachable', 'no-answer');
  pass(60_000);
  enter('paused', 'by-user');
  pass(600_000);
  assert.deepEqual(kinds(), ['unreachable'], 'a pause of the user is neither trouble nor recovery');
});

test('failures are told above the limit, and again when they are twice as many', (t) => {
  const { events, pass, kinds } = watched(t);
  const fail = (count: number) => {
    for (let n = 0; n < count; n++)
      void events.emit({ type: 'failure', key: 'k', error: new Error() as never, attempts: 1 });
    pass(1_000);
  };
  fail(3);
  assert.deepEqual(kinds(), []);
  fail(1);
  assert.deepEqual(kinds(), ['failures']);
  fail(3);
  assert.deepEqual(kinds(), []);
  fail(1);
  assert.deepEqual(kinds(), ['failures']);
});

test('a full disk and a broken one are told, other notices are not', (t) => {
  const { events, kinds } = watched(t);
  events.notice('volume', 'full', 'full');
  events.notice('volume', 'broken', 'broken');
  events.notice('volume', 'back', 'back');
  events.notice('all-full', 'all');
  events.notice('folder-grew', 'x');
  assert.deepEqual(kinds(), ['disk-full', 'disk-broken', 'disk-full']);
});
