// Server-sent events, however the network cuts them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { readEvents } from '../../../../src/web/page/data/events.js';

async function eventsOf(bytes: Uint8Array, size: number) {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let from = 0; from < bytes.length; from += size) controller.enqueue(bytes.slice(from, from + size));
      controller.close();
    },
  });
  const events = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

test('events are the same in pieces of any size', async () => {
  const text = ': begun\n\nevent: picture\ndata: {"key":"商品👩"}\n\nevent: end\ndata: {}\n\nevent: cut';
  for (const size of [1, 2, 3, 7, 1_000])
    assert.deepEqual(await eventsOf(new TextEncoder().encode(text), size), [
      { name: 'picture', data: '{"key":"商品👩"}' },
      { name: 'end', data: '{}' },
    ]);
});
