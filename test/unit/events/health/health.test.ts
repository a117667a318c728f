import assert from 'node:assert/strict';
import test from 'node:test';
import type { HealthFacts, RequestFacts } from '../../../../src/events/health/facts.js';
import { HEALTH_REASONS, HEALTH_STATES, type Health } from '../../../../src/events/health/health.js';
import { HealthTracker } from '../../../../src/events/health/tracker.js';
import { verdictOf } from '../../../../src/events/health/verdict.js';

const NOW = 1_000_000;

const requests = (of: 'listings' | 'objects', more: Partial<RequestFacts> = {}): RequestFacts => ({
  ...{ of, pausedForMs: 0, isShort: false, bannedForMs: 0, isHeldDown: false, heldDirectories: 0 },
  ...{ limit: 8, inUse: 4, waitingForMemory: 0, ...more },
});

const facts = (more: Partial<HealthFacts> = {}): HealthFacts => ({
  ...{ nowMs: NOW, isBegun: true, isEnding: false, outages: new Map() },
  requests: [requests('listings'), requests('objects')],
  limits: [],
  disks: [{ root: '/d1', isIn: true, waiting: 0, waitingForMs: 0 }],
  objects: { inside: 100, waitingForAnotherAttempt: 0 },
  ...{ isMoving: true, isListOnly: false, isListing: false, isInputOpen: false, busyShare: 0.5, ...more },
});

const pausedBy429 = requests('objects', {
  pausedForMs: 12_000,
  refusedAgoMs: 100,
  refusal: { status: 429, code: 'E' },
});

test('names the state that matters most, and what it knows of it', () => {
  const of = (more: Partial<HealthFacts>) => {
    const { state, reason } = verdictOf(facts(more));
    return `${state} ${reason}`;
  };
  assert.equal(of({}), 'healthy working');
  assert.equal(of({ isBegun: false }), 'starting opening');
  assert.equal(of({ unansweredSinceMs: 1 }), 'starting no-answer-yet');
  assert.equal(of({ requests: [pausedBy429] }), 'throttled paused');
  const hosts = { known: 1, unreachable: 1, throttled: 0, areAllOut: true };
  assert.equal(of({ isMoving: false, hosts }), 'retrying hosts');
  assert.equal(of({ requests: [requests('objects', { pausedForMs: 1, isShort: true })] }), 'limited open-files');
  assert.equal(of({ requests: [requests('objects', { heldDirectories: 2 })] }), 'throttled directories');
  assert.equal(of({ requests: [requests('objects', { bannedForMs: 9, pausedForMs: 9 })] }), 'banned banned');
  assert.equal(of({ outages: new Map([['objects', 5]]), requests: [pausedBy429] }), 'unreachable no-answer');
  assert.equal(of({ isMoving: false, silentSinceMs: NOW - 15_000 }), 'stalled silence');
  assert.equal(of({ isEnding: true }), 'finishing flush');
  assert.equal(of({ interruptedSinceMs: 1, outages: new Map([['objects', 5]]) }), 'interrupted in-flight');
  const disk = { root: '/d1', isIn: true, waiting: 3, waitingForMs: 10_000 };
  assert.equal(of({ disks: [disk], isMoving: false, silentSinceMs: 0 }), 'waiting-disk not-answering');
  assert.equal(of({ disks: [{ ...disk, isIn: false }] }), 'waiting-disk all-full');
  const hungry = requests('objects', { waitingForMemory: 5 });
  assert.equal(of({ requests: [hungry], disks: [{ ...disk, waitingForMs: 50 }] }), 'waiting-disk slow');
  assert.equal(of({ requests: [hungry] }), 'healthy memory');
  assert.equal(of({ requests: [requests('objects', { inUse: 8 })] }), 'healthy server');
  assert.equal(of({ isListing: true, objects: { inside: 2, waitingForAnotherAttempt: 0 } }), 'healthy listing');
  assert.equal(of({ busyShare: 0.99 }), 'healthy processor');
  assert.equal(of({ isListOnly: true }), 'healthy listing-only');
  const waits = { inside: 3, waitingForAnotherAttempt: 3 };
  assert.equal(of({ objects: waits, isMoving: false }), 'retrying backoff');
  const nothing = { objects: { inside: 0, waitingForAnotherAttempt: 0 }, isMoving: false };
  assert.equal(of({ ...nothing, isInputOpen: true }), 'waiting-input no-input');
  assert.equal(
    of({ ...nothing, queue: { isFull: false, areAllFull: false, isIdle: true } }),
    'waiting-queue other-machines',
  );
  assert.equal(
    of({ queue: { isFull: false, areAllFull: false, isIdle: false, awaySinceMs: 7 } }),
    'waiting-queue away',
  );
  assert.equal(of({ queue: { isFull: true, areAllFull: false, isIdle: false } }), 'waiting-disk all-full');
});

test('a throttle names the answer, its end, and how many requests go out', () => {
  const verdict = verdictOf(facts({ requests: [requests('listings'), pausedBy429] }));
  assert.deepEqual(verdict, {
    ...{ state: 'throttled', reason: 'paused', of: 'objects', status: 429, code: 'E' },
    ...{ requests: 8, untilMs: NOW + 12_000 },
  });
  const after = { ...pausedBy429, pausedForMs: 0, refusedAgoMs: 14_000 };
  assert.equal(verdictOf(facts({ requests: [after] })).reason, 'fewer-requests');
  assert.equal(verdictOf(facts({ requests: [{ ...after, refusedAgoMs: 16_000 }] })).state, 'healthy');
  // As long as the server's refusals decide how many requests go out, they are the reason.
  assert.equal(
    verdictOf(facts({ requests: [{ ...after, refusedAgoMs: 60_000, isHeldDown: true }] })).state,
    'throttled',
  );
});

test('tells a limit of the user from one of the server', () => {
  const limit = { of: 'bytes', waiting: 1, perSecond: 1_000, isCapped: false, isShared: false } as const;
  assert.deepEqual(verdictOf(facts({ limits: [limit] })), {
    ...{ state: 'limited', reason: 'limit-bytes', perSecond: 1_000 },
  });
  assert.equal(verdictOf(facts({ limits: [{ ...limit, isCapped: true }] })).reason, 'bandwidth');
  assert.equal(verdictOf(facts({ limits: [{ ...limit, waiting: 0 }] })).state, 'healthy');
});

function tracked() {
  const told: Health[] = [];
  const emit = (event: { type: string; health?: Health }) => void told.push(event.health!);
  const tracker = new HealthTracker({ emit: emit as never }, 0);
  return { told, tracker };
}

test('a state that comes and goes is no change; one that lasts is, and begins when it was first seen', () => {
  const { told, tracker } = tracked();
  const healthy = { state: 'healthy', reason: 'working' } as const;
  const throttled = { state: 'throttled', reason: 'paused' } as const;
  tracker.update(healthy, 500);
  assert.equal(tracker.current.state, 'healthy');
  tracker.update(throttled, 1_000);
  tracker.update(healthy, 1_500);
  tracker.update(throttled, 2_000);
  assert.equal(tracker.current.state, 'healthy');
  tracker.update({ ...throttled, reason: 'fewer-requests' }, 4_000);
  assert.deepEqual(tracker.current, { state: 'throttled', reason: 'fewer-requests', sinceMs: 2_000 });
  tracker.update(healthy, 5_000);
  tracker.update(throttled, 9_000);
  tracker.update(healthy, 10_000);
  assert.equal(tracker.current.state, 'throttled');
  tracker.update(healthy, 15_000);
  assert.deepEqual(
    told.map(({ state, sinceMs }) => [state, sinceMs]),
    [
      ['healthy', 500],
      ['throttled', 2_000],
      ['healthy', 10_000],
    ],
  );
  assert.equal(tracker.spentMs('throttled'), 11_000);
});

test('an outage counts at once, and since it began', () => {
  const { told, tracker } = tracked();
  tracker.update({ state: 'healthy', reason: 'working' }, 500);
  tracker.update({ state: 'unreachable', reason: 'no-answer', sinceMs: 600 }, 1_000);
  assert.equal(told.at(-1)?.state, 'unreachable');
  assert.equal(tracker.current.sinceMs, 600);
});

test('each state and reason has a meaning', () => {
  for (const meaning of [...Object.values(HEALTH_STATES), ...Object.values(HEALTH_REASONS)])
    assert.ok(meaning.length > 10);
});

test('each reason has a sentence in each language, and it fits beside its name', async () => {
  const { say, speak } = await import('../../../../src/texts/say.js');
  const { healthLine } = await import('../../../../src/events/reporters/health-text.js');
  const health = {
    state: 'throttled',
    reason: 'paused',
    sinceMs: NOW,
    untilMs: NOW + 12_000,
    status: 429,
    requests: 7,
  };
  assert.equal(
    healthLine(health as Health, NOW),
    'THROTTLED by the server (429), resuming in 12 s; 7 requests at once',
  );
  await speak('zh');
  try {
    assert.equal(healthLine(health as Health, NOW), '被限流：服务器要求放慢（429），12 秒后继续；同时 7 个请求');
    assert.deepEqual(Object.keys(say.progress.health).sort(), Object.keys(HEALTH_REASONS).sort());
  } finally {
    await speak('en');
  }
});

test('a pause of the user comes before all that a server does, and ends at once', () => {
  const down = { outages: new Map([['objects', 100]]) as never, silentSinceMs: 1 };
  assert.deepEqual(verdictOf(facts({ ...down, pausedSinceMs: 7 })), {
    ...{ state: 'paused', reason: 'by-user', sinceMs: 7 },
  });
  assert.equal(verdictOf(facts({ pausedSinceMs: 7, isEnding: true })).state, 'finishing');
  assert.equal(verdictOf(facts({ pausedSinceMs: 7, interruptedSinceMs: 8 })).state, 'interrupted');
  const { told, tracker } = tracked();
  tracker.update({ state: 'healthy', reason: 'working' }, 500);
  tracker.update({ state: 'paused', reason: 'by-user', sinceMs: 600 }, 1_000);
  tracker.update({ state: 'healthy', reason: 'working' }, 1_100);
  assert.deepEqual(
    told.map(({ state }) => state),
    ['healthy', 'paused', 'healthy'],
  );
});
