// What a server complains of, one by one: a ban stops everyone, one place waits alone, and too many bytes become fewer.

import assert from 'node:assert/strict';
import test from 'node:test';
import { Ban, MAX_PAUSE_MS } from '../../../../src/pacing/backoff/ban.js';
import { DirectoryThrottle, type Turn } from '../../../../src/pacing/backoff/directory-throttle.js';
import { Throttle } from '../../../../src/pacing/backoff/throttle.js';
import { Bandwidth } from '../../../../src/pacing/limits/bandwidth.js';
import { atMost } from '../../../support/concurrency.js';

const MINUTE_MS = 60_000;

test('a ban lasts as long as the server says, else two minutes, and twice as long when it comes again', () => {
  const clock = { nowMs: 0 };
  const ban = new Ban(() => clock.nowMs);
  assert.equal(ban.closedForMs, 0);
  ban.declared(3_000);
  assert.equal(ban.closedForMs, 3_000);
  // Others that were under way are told the same.
  ban.declared(90_000);
  assert.equal(ban.closedForMs, 3_000);
  clock.nowMs = 3_000;
  ban.succeeded();
  ban.declared();
  assert.equal(ban.closedForMs, 2 * MINUTE_MS);
  clock.nowMs += 2 * MINUTE_MS;
  ban.declared();
  assert.equal(ban.closedForMs, 4 * MINUTE_MS);
  clock.nowMs += 4 * MINUTE_MS;
  ban.declared();
  assert.equal(ban.closedForMs, MAX_PAUSE_MS);
});

test('a ban of one closes all who ask the same server, and no others', () => {
  const clock = { nowMs: 0 };
  const nowMs = () => clock.nowMs;
  const signal = new AbortController().signal;
  const create = (ban: Ban) =>
    new Throttle({ concurrency: atMost(8), ban, maxPauses: 3, signal, nowMs, random: () => 0 });
  const shared = new Ban(nowMs);
  const [lists, objects, elsewhere] = [create(shared), create(shared), create(new Ban(nowMs))];
  lists.banned(lists.begin());
  assert.deepEqual([lists.isOpen, objects.isOpen, elsewhere.isOpen], [false, false, true]);
  assert.equal(objects.closedForMs, 2 * MINUTE_MS);
  clock.nowMs = 2 * MINUTE_MS;
  assert.deepEqual([lists.isOpen, objects.isOpen], [true, true]);
});

function startDirectories(maxPauses = 20) {
  const clock = { nowMs: 0 };
  const directories = new DirectoryThrottle({ maxPauses, nowMs: () => clock.nowMs, random: () => 0.5 });
  return { clock, directories };
}

/** Begins as many as may go out at once. */
function beginAll(directories: DirectoryThrottle, directory: string, most = 100): Turn[] {
  const turns: Turn[] = [];
  for (let turn = directories.begin(directory); typeof turn !== 'number' && turns.length < most; ) {
    turns.push(turn);
    turn = directories.begin(directory);
  }
  return turns;
}

test('a directory that is refused waits, then goes one by one and faster again; all others never wait', () => {
  const { clock, directories } = startDirectories();
  directories.refused('bad/');
  assert.deepEqual([directories.size, directories.isHolding], [1, true]);
  assert.ok((directories.begin('bad/') as number) >= 100);
  assert.equal(beginAll(directories, 'good/').length, 100);
  clock.nowMs = 100;
  assert.equal(directories.isHolding, false);
  for (let round = 1; round < 63; round++) {
    const turns = beginAll(directories, 'bad/');
    assert.equal(turns.length, round);
    for (const turn of turns) {
      turn.succeeded();
      turn.end();
    }
  }
  beginAll(directories, 'bad/').forEach((turn) => {
    turn.succeeded();
    turn.end();
  });
  assert.equal(directories.size, 0, 'forgotten once it bears enough');
});

test('a directory waits longer with each refusal, and as long as the server asks', () => {
  const { clock, directories } = startDirectories();
  const waits = [0, 1, 2].map(() => {
    directories.refused('bad/');
    const waitMs = directories.begin('bad/') as number;
    clock.nowMs += waitMs;
    return Math.floor(waitMs);
  });
  assert.deepEqual(waits, [350, 450, 650]);
  directories.refused('bad/', 9_000);
  assert.ok((directories.begin('bad/') as number) >= 9_000);
});

test('a directory that never serves anything is given up, and holds nobody any more', () => {
  const { clock, directories } = startDirectories(3);
  for (let refusal = 0; refusal < 4; refusal++) {
    assert.equal(directories.isExhausted('bad/'), false);
    directories.refused('bad/');
    clock.nowMs += MINUTE_MS;
  }
  assert.equal(directories.isExhausted('bad/'), true);
  directories.refused('bad/', 60_000);
  assert.equal(beginAll(directories, 'bad/').length, 100);
});

test('no more than a thousand directories are remembered', () => {
  const { directories } = startDirectories();
  for (let number = 0; number < 5_000; number++) directories.refused(`d${number}/`);
  assert.equal(directories.size, 1_000);
});

test('too many bytes: fewer than were arriving, more bit by bit, and no limit in the end', () => {
  const clock = { nowMs: 0 };
  const caps: (number | undefined)[] = [];
  const bandwidth = new Bandwidth({ cap: (perSecond) => void caps.push(perSecond) }, () => clock.nowMs);
  const arrive = (seconds: number, bytesPerSecond: number) => {
    for (let tenth = 0; tenth < 10 * seconds; tenth++) {
      clock.nowMs += 100;
      bandwidth.arrived(bytesPerSecond / 10);
    }
  };
  arrive(3, 1_000_000);
  assert.deepEqual(caps, []);
  bandwidth.refused();
  bandwidth.refused();
  assert.deepEqual(caps, [700_000]);
  arrive(10, 700_000);
  assert.ok(caps.at(-1)! > 850_000 && caps.at(-1)! < 950_000, `${caps.at(-1)}`);
  bandwidth.refused();
  assert.ok(caps.at(-1)! < 550_000, `${caps.at(-1)}`);
  arrive(200, 700_000);
  assert.equal(caps.at(-1), undefined);
});
