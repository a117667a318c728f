// What the tables say is counted exactly, whoever reads at the same time, and after entries were removed.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { headers, type PublishOptions } from '@nats-io/transport-node';
import { Tally } from '../../src/model/tally.js';
import type { Engine } from '../../src/queue/nats/engine.js';
import { Ledger } from '../../src/queue/nats/ledger.js';
import { createEntry } from '../../src/queue/nats/records.js';
import { skipWithoutNats, startNatsServer } from '../support/nats-server.js';
import { openFleet } from '../support/queues.js';
import { turns } from '../support/waiting.js';

const skip = skipWithoutNats();
const PARTS = 3_000;

test('several read at once, some of them from the beginning', { skip }, async (t) => {
  const server = await startNatsServer(t);
  const { engine, job } = await openFleet(t, { url: server.url });
  const { done } = job.tables;
  const t1 = Object.assign(new Tally(), { stored: 2, bytes: 20 }).toRow();
  const enter = (index: number) => createEntry(done, `p.${index}`, { w: index % 2 ? 'one' : 'two', t: t1 });
  for (let index = 0; index < PARTS; index += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, next) => enter(index + next)));
  }
  const ledger = new Ledger(engine, job.names);
  for (let round = 0; round < 10; round++) {
    const reading = [ledger.reread()];
    for (let other = 0; other < 6; other++) {
      await turns(1 + round * 3 + other * 7);
      reading.push(other % 2 ? ledger.refresh() : ledger.reread());
    }
    await Promise.all(reading);
    assert.equal(ledger.doneParts, PARTS);
    assert.deepEqual([ledger.totals.stored, ledger.totals.bytes], [2 * PARTS, 20 * PARTS]);
    assert.equal(ledger.share('one').stored + ledger.share('two').stored, 2 * PARTS);
  }
  await done.delete('p.7');
  await ledger.refresh();
  assert.equal(ledger.doneParts, PARTS - 1);
  assert.ok(await enter(7));
  await ledger.refresh();
  assert.equal(ledger.doneParts, PARTS);
});

test('an entry that its consumer was not told of yet is read', { skip }, async (t) => {
  const server = await startNatsServer(t);
  const { engine, job } = await openFleet(t, { url: server.url });
  const ledger = new Ledger(engine, job.names);
  await ledger.refresh();
  for (let part = 0; part < 3; part++) {
    assert.ok(await createEntry(job.tables.done, `p.${part}`, { w: 'one', t: new Tally().toRow() }));
    const wasAsked = answerOnceWithNothing(t, engine);
    await ledger.refresh();
    assert.equal(ledger.doneParts, part + 1);
    assert.ok(wasAsked());
  }
});

/** What the server says now and then right after a write: nothing there. */
function answerOnceWithNothing(t: TestContext, { nc }: Engine): () => boolean {
  let asked = false;
  const asIs = nc.publish.bind(nc);
  const mocked = t.mock.method(nc, 'publish', (subject: string, payload?: string, options?: PublishOptions) => {
    if (!subject.startsWith('$JS.API.CONSUMER.MSG.NEXT.')) return asIs(subject, payload, options);
    asked = true;
    mocked.mock.restore();
    asIs(options!.reply!, undefined, { headers: headers(404, 'No Messages') });
  });
  return () => asked;
}
