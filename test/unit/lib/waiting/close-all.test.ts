// What was opened is closed, whatever one of it says.

import assert from 'node:assert/strict';
import test from 'node:test';
import { closeAll } from '../../../../src/lib/waiting/close-all.js';

function three() {
  const closed: string[] = [];
  const one = (name: string, error?: Error) => ({
    async close() {
      await Promise.resolve();
      closed.push(name);
      if (error !== undefined) throw error;
    },
  });
  return { closed, one };
}

test('all are closed although one fails, and its error is the answer', async () => {
  const { closed, one } = three();
  const error = new Error('broken');
  assert.equal(await closeAll([one('a'), undefined, one('b', error), false, one('c', new Error('later'))]), error);
  assert.deepEqual(closed, ['a', 'b', 'c']);
  assert.equal(await closeAll([one('d')]), undefined);
});

test('in order: the last one that was opened first, also behind one that fails', async () => {
  const { closed, one } = three();
  const error = new Error('broken');
  assert.equal(await closeAll([one('a'), one('b'), one('c', error)], { inOrder: true }), error);
  assert.deepEqual(closed, ['c', 'b', 'a']);
});
