// `--untrusted`: what is connected to is checked, whatever a name, a redirect or DNS says.

import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { entryOf, openUrls, serveWeb } from '../../../support/servers/urls.js';
import { rejection } from '../../../support/waiting.js';

/** A DNS with these names. Each look-up takes the next answer. */
function dns(names: Readonly<Record<string, string[][]>>): LookupFunction {
  const counts = new Map<string, number>();
  return (name, options, done) => {
    const nth = counts.get(name) ?? 0;
    counts.set(name, nth + 1);
    const answers = names[name] ?? [];
    const all = (answers[Math.min(nth, answers.length - 1)] ?? []).map((address) => ({ address, family: 4 }));
    setImmediate(() => {
      if (options.all) (done as unknown as (error: null, all: object[]) => void)(null, all);
      else done(null, all[0]!.address, 4);
    });
  };
}

/** Stands for public addresses: this machine as 127.0.0.1 and nothing else. */
const accepts = (address: string) => address === '127.0.0.1';

test('every way to write an address of this machine is refused, and nothing is sent', async (t) => {
  const server = await serveWeb(t, { '/x': { body: 'x' } });
  const { port } = new URL(server.origin);
  const source = openUrls(t, { isUntrusted: true });
  for (const host of [
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '127.1',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
  ]) {
    const error = await rejection<TransferError>(source.get(entryOf(source, `http://${host}:${port}/x`)));
    assert.deepEqual([error.code, error.verdict], ['ERR_NOT_PUBLIC', 'skip'], host);
    assert.match(error.message, /--untrusted/);
  }
  assert.equal(server.requests.length, 0);
});

test('a redirect to a private address is refused', async (t) => {
  const inside = await serveWeb(t, { '/secret': { body: 'secret' } });
  const { port } = new URL(inside.origin);
  const server = await serveWeb(t, { '/x': { status: 302, headers: { location: `http://127.0.0.2:${port}/secret` } } });
  const source = openUrls(t, { accepts });
  const error = await rejection<TransferError>(source.get(entryOf(source, `${server.origin}/x`)));
  assert.equal(error.code, 'ERR_NOT_PUBLIC');
  assert.match(error.message, /127\.0\.0\.2/);
  assert.equal(inside.requests.length, 0);
});

test('the address of a name is the one that was checked: a DNS that changes its mind gains nothing', async (t) => {
  const server = await serveWeb(t, { '/x': { body: 'x' } });
  const { port } = new URL(server.origin);
  const lookup = dns({
    'rebinding.test': [['127.0.0.1'], ['127.0.0.2']],
    'mixed.test': [['127.0.0.2', '127.0.0.1']],
    'inside.test': [['127.0.0.2', '10.0.0.1']],
  });
  const source = openUrls(t, { accepts, lookup });
  const ask = (host: string) => source.get(entryOf(source, `http://${host}:${port}/x?${Math.random()}`));
  assert.equal(Buffer.from((await ask('mixed.test')).bytes!).toString(), 'x');
  await ask('rebinding.test');
  await source.connections!.recycle();
  assert.equal((await rejection<TransferError>(ask('rebinding.test'))).code, 'ERR_NOT_PUBLIC');
  assert.equal((await rejection<TransferError>(ask('inside.test'))).code, 'ERR_NOT_PUBLIC');
});

test('behind a proxy nothing is asked', async (t) => {
  const source = openUrls(t, { accepts, proxyFor: () => 'http://127.0.0.1:1' });
  const error = await rejection<TransferError>(source.get(entryOf(source, 'http://a.test/x')));
  assert.equal(error.code, 'ERR_CONFIG');
});
