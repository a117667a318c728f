// What the tables say is counted exactly, whoever reads at the same time, and after entries were removed.

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { headers, type PublishOptions } from '@nats-io/transport-node';
import { Tally } from '../../../../../src/model/tally.js';
import { isDone, isListed } from '../../../../../src/queue/nats/connection/forms.js';
import type { QueueConnection } from '../../../../../src/queue/nats/connection/queue-connection.js';
import { createEntry } from '../../../../../src/queue/nats/connection/records.js';
import { Ledger } from '../../../../../src/queue/nats/job/ledger.js';
import { openSession } from '../../../../support/queues.js';
import { skipWithoutNats, startNatsServer } from '../../../../support/servers/nats-server.js';
import { turns } from '../../../../support/waiting.js';

const skip = skipWithoutNats();
const BATCHES = 3_000;

test('several read at once, some of them from the beginning', { skip }, async (t) => {
  const server = await startNatsServer(t);
  const { nats, job } = await openSession(t, { url: server.url });
  const { done } = job.tables;
  const t1 = Object.assign(new Tally(), { stored: 2, bytes: 20 }).toRow();
  const enter = (index: number) => createEntry(done, `p.${index}`, { w: index % 2 ? 'one' : 'two', t: t1 });
  for (let index = 0; index < BATCHES; index += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, next) => enter(index + next)));
  }
  const ledger = new Ledger(nats, job.names);
  for (let round = 0; round < 10; round++) {
    const reading = [ledger.reread()];
    for (let other = 0; other < 6; other++) {
      await turns(1 + round * 3 + other * 7);
      reading.push(other % 2 ? ledger.refresh() : ledger.reread());
    }
    await Promise.all(reading);
    assert.equal(ledger.doneBatches, BATCHES);
    assert.deepEqual([ledger.totals.stored, ledger.totals.bytes], [2 * BATCHES, 20 * BATCHES]);
    assert.equal(ledger.share('one').stored + ledger.share('two').stored, 2 * BATCHES);
  }
  await done.delete('p.7');
  await ledger.refresh();
  assert.equal(ledger.doneBatches, BATCHES - 1);
  assert.ok(await enter(7));
  await ledger.refresh();
  assert.equal(ledger.doneBatches, BATCHES);
});

test('an entry that its consumer was not told of yet is read', { skip }, async (t) => {
  const server = await startNatsServer(t);
  const { nats, job } = await openSession(t, { url: server.url });
  const ledger = new Ledger(nats, job.names);
  await ledger.refresh();
  for (let batch = 0; batch < 3; batch++) {
    assert.ok(await createEntry(job.tables.done, `p.${batch}`, { w: 'one', t: new Tally().toRow() }));
    const wasAsked = answerOnceWithNothing(t, nats);
    await ledger.refresh();
    assert.equal(ledger.doneBatches, batch + 1);
    assert.ok(wasAsked());
  }
});

test('what is none of ours counts as if it were not there, also where it stands in the place of what was', {
  skip,
}, async (t) => {
  const server = await startNatsServer(t);
  const { nats, job } = await openSession(t, { url: server.url });
  const { done, listed } = job.tables;
  const ledger = new Ledger(nats, job.names);
  const right = { w: 'one', t: Object.assign(new Tally(), { stored: 1 }).toRow() };
  for (const batch of ['p.0', 'p.1']) assert.ok(await createEntry(done, batch, right, isDone));
  assert.ok(await createEntry(listed, '0.p', { p: 2, d: 0, n: 0, f: 1, o: 2, b: 0 }, isListed));
  assert.ok(await createEntry(listed, `0.in.${'x'.repeat(16)}`, { p: 1, d: 0, n: 0, f: 0, o: 2, b: 0 }, isListed));
  await ledger.refresh();
  assert.deepEqual([ledger.doneBatches, ledger.pass(0).batches, ledger.badEntries], [2, 3, 0]);
  const numbers = new Tally().toRow();
  const wrong = [
    '',
    'x',
    '[]',
    '{}',
    '{"w":"a b","t":[0,0,0,0,0,0,0,0]}',
    JSON.stringify({ w: 'one', t: [...numbers.slice(1), 'x'] }),
  ];
  for (const value of wrong) {
    await done.put('p.0', value);
    await done.put('noBatch', value);
    await listed.put('0.p', value);
    await listed.put(`0.in.${'x'.repeat(16)}`, value);
    await ledger.refresh();
    // Lines of an input are there, whatever is written of them.
    assert.deepEqual([ledger.doneBatches, ledger.totals.stored, ledger.pass(0).batches], [1, 1, 1], value);
    assert.equal(ledger.badEntries, 3);
    assert.ok(await createEntry(done, 'p.0', right, isDone), 'in its place');
    assert.equal(await createEntry(done, 'p.0', right, isDone), false);
    await ledger.refresh();
    assert.equal(ledger.doneBatches, 2);
  }
  // A removal, or the same once more, is counted once.
  await done.put('p.1', JSON.stringify(right));
  await ledger.refresh();
  assert.equal(ledger.doneBatches, 2);
});

/** What the server says now and then right after a write: nothing there. */
function answerOnceWithNothing(t: TestContext, { nc }: QueueConnection): () => boolean {
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
