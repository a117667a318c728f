// How many requests at once follow from what was given, and from what the system allows.

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { connectionsOf } from '../../../../src/jobs/plan/connections.js';

const AUTO = { concurrency: 'auto', listConcurrency: 'auto', maxConnections: undefined } as const;

test('automatic ones share what there may be, and the listings get the smaller part', () => {
  for (const [maxConnections, objects, lists] of [
    [1, 1, 1],
    [2, 1, 1],
    [8, 6, 2],
    [64, 48, 16],
    [1_000, 984, 16],
  ] as const) {
    const connections = connectionsOf({ ...AUTO, maxConnections }, []);
    assert.deepEqual(
      [connections.objects.max, connections.lists.max, connections.total],
      [objects, lists, maxConnections],
    );
  }
});

test('a number that was given is kept, and raises the most unless that was given, too', () => {
  const given = connectionsOf({ ...AUTO, concurrency: 500, listConcurrency: 20 }, []);
  assert.deepEqual([given.objects, given.lists, given.total], [fixed(500), fixed(20), 520]);
  const problems: string[] = [];
  connectionsOf({ concurrency: 500, listConcurrency: 20, maxConnections: 10 }, problems);
  assert.deepEqual(problems, [
    '--concurrency: 500 is more than --max-connections (10); lower one or raise the other',
    '--list-concurrency: 20 is more than --max-connections (10); lower one or raise the other',
  ]);
});

test('a low limit of open files lowers what is automatic', () => {
  const connections = connectionsOf({ ...AUTO, openFiles: 128 }, []);
  assert.deepEqual([connections.total, connections.objects.max, connections.lists.max], [32, 24, 8]);
  assert.equal(connectionsOf({ ...AUTO, openFiles: 10 }, []).total, 2);
});

test('a listing has no objects: its folders take all', () => {
  assert.equal(connectionsOf({ ...AUTO, isListing: true }, []).lists.max, 16);
  assert.equal(connectionsOf({ ...AUTO, maxConnections: 3, isListing: true }, []).lists.max, 3);
  assert.equal(connectionsOf({ ...AUTO, concurrency: 2, isListing: true }, []).lists.max, 2);
  assert.equal(connectionsOf({ ...AUTO, concurrency: 2, listConcurrency: 8, isListing: true }, []).lists.max, 2);
});

test('no kind has more than there may be, and each has one at least', () => {
  const number = fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 300 }));
  const values = fc.record({
    concurrency: number,
    listConcurrency: number,
    maxConnections: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
    openFiles: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(values, (given) => {
      const { objects, lists, total } = connectionsOf(given, []);
      for (const { max } of [objects, lists]) assert.ok(max >= 1 && max <= total);
      if (objects.isAutomatic && total > lists.max) assert.ok(objects.max + lists.max <= total);
    }),
  );
});

function fixed(max: number) {
  return { max, isAutomatic: false };
}
