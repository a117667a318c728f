// What holds for every queue: the one in memory and the one between machines, by the same tests.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Part } from '../../src/model/part.js';
import { partOf } from '../support/parts.js';
import { type OpenQueueOf, openMemoryQueue, openNatsQueue, settle } from '../support/queues.js';
import { skipWithoutNats } from '../support/servers/nats-server.js';
import { turns } from '../support/waiting.js';

const part = (index: number): Part => partOf([{ key: `k${index}`, size: 1 }]);
const keyOf = ({ entries }: Part) => entries[0]!.key;

function contract(name: string, open: OpenQueueOf, skip: string | false): void {
  test(`${name}: everything that is put is taken once, and it ends when it is closed and settled`, {
    skip,
  }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 5 });
    const putting = (async () => {
      for (let index = 0; index < 40; index++) await queue.put(part(index));
      await close();
    })();
    const taken: string[] = [];
    for await (const one of queue.take()) {
      taken.push(keyOf(one));
      settle(queue, one);
    }
    await putting;
    assert.equal(new Set(taken).size, 40);
    assert.equal(taken.length, 40);
    await end();
  });

  test(`${name}: what is given back is taken again`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 10 });
    for (let index = 0; index < 3; index++) await queue.put(part(index));
    await close();
    const taken: string[] = [];
    const given = new Set<string>();
    for await (const one of queue.take()) {
      taken.push(keyOf(one));
      if (given.has(keyOf(one))) settle(queue, one);
      else {
        given.add(keyOf(one));
        one.open = 0;
        queue.nack(one);
      }
    }
    assert.deepEqual(taken.sort(), ['k0', 'k0', 'k1', 'k1', 'k2', 'k2']);
    await end();
  });

  test(`${name}: putting waits while the queue is full`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 3 });
    let put = 0;
    const putting = (async () => {
      for (let index = 0; index < 8; index++) {
        await queue.put(part(index));
        put++;
      }
      await close();
    })();
    let before = -1;
    while (before !== put || put === 0) {
      before = put;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(put <= 3, `${put} were put`);
    let taken = 0;
    for await (const one of queue.take()) {
      taken++;
      settle(queue, one);
    }
    await putting;
    assert.equal(taken, 8);
    await end();
  });

  test(`${name}: empty does not mean finished`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 3 });
    const taken: Part[] = [];
    let isEnded = false;
    const taking = (async () => {
      for await (const one of queue.take()) {
        taken.push(one);
        settle(queue, one);
      }
      isEnded = true;
    })();
    await turns();
    assert.equal(isEnded, false);
    await queue.put(part(1));
    await close();
    await taking;
    assert.equal(taken.length, 1);
    await end();
  });

  test(`${name}: it does not end before the last part is settled`, { skip }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 3 });
    await queue.put(part(1));
    await close();
    const taking = queue.take();
    const { value } = await taking.next();
    let isEnded = false;
    const ending = taking.next().then(({ done }) => {
      isEnded = done === true;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(isEnded, false);
    settle(queue, value!);
    await ending;
    assert.equal(isEnded, true);
    await end();
  });

  test(`${name}: whoever leaves waits neither to put nor to take`, { skip }, async (t) => {
    const { queue, end } = await open(t, { limit: 1 });
    await queue.put(part(1));
    const putting = queue.put(part(2));
    const taking = queue.take();
    queue.leave();
    await putting;
    assert.equal((await taking.next()).done, true);
    await end();
  });

  test(`${name}: ten thousand parts`, { skip, timeout: 120_000 }, async (t) => {
    const { queue, close, end } = await open(t, { limit: 400 });
    const putting = (async () => {
      for (let index = 0; index < 10_000; index++) await queue.put(part(index));
      await close();
    })();
    const taken = new Set<string>();
    for await (const one of queue.take()) {
      taken.add(keyOf(one));
      settle(queue, one);
    }
    await putting;
    assert.equal(taken.size, 10_000);
    await end();
  });
}

contract('memory', openMemoryQueue, false);
contract('nats', openNatsQueue, skipWithoutNats());
