// Writing at the pace of a reader, without leaving listeners behind.

import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { written } from '../../../../src/lib/streams/written.js';
import { turns } from '../../../support/waiting.js';

test('waits for a reader that is behind, as often as it is, and leaves no listener', async () => {
  const output = new PassThrough({ highWaterMark: 4 });
  const before = output.listenerCount('close');
  for (let line = 0; line < 30; line++) {
    const waiting = written(output, 'a line\n');
    assert.ok(waiting instanceof Promise);
    output.read();
    await waiting;
  }
  assert.deepEqual([output.listenerCount('drain'), output.listenerCount('close')], [0, before]);
});

test('does not wait while the output takes more, nor for one that is closed meanwhile', async () => {
  assert.equal(written(new PassThrough(), 'x'), undefined);
  const output = new PassThrough({ highWaterMark: 1 });
  const waiting = written(output, 'xx');
  output.destroy();
  await waiting;
  await turns(1);
  assert.equal(output.listenerCount('drain'), 0);
});
