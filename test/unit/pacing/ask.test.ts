// A request whose answer is not stored (a page, a digest): the pacer itself repeats it, tells of it, and judges it.

import assert from 'node:assert/strict';
import test from 'node:test';
import { TransferError } from '../../../src/errors.js';
import { pacerOf, type TestPacerOptions } from '../../support/pacers.js';

const signal = new AbortController().signal;

/** Fails once with this error, then succeeds. Returns what the pacer told. */
async function askedAgain(error: TransferError, options: TestPacerOptions = {}) {
  const told: string[] = [];
  const short: string[] = [];
  const pacer = pacerOf({
    ...options,
    retries: 1,
    onRetry: ({ code }) => void told.push(code),
    onShortage: ({ code }) => void short.push(code),
  });
  let calls = 0;
  const done = pacer.ask(
    async () => {
      calls++;
      if (calls === 1) throw error;
      return 'done';
    },
    { signal },
  );
  // As soon as the failure is judged.
  while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const wasOpen = pacer.health.isOpen;
  assert.equal(await done, 'done');
  return { told, short, wasOpen, calls };
}

test('each repetition is told', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  const { told, short, calls } = await askedAgain(new TransferError('ERR_NETWORK', 'x'));
  assert.deepEqual([told, short, calls], [['ERR_NETWORK'], [], 2]);
});

test('without files to open all requests wait, and the caller is told once for each error', async (t) => {
  t.mock.method(Math, 'random', () => 0);
  const { told, short, wasOpen } = await askedAgain(new TransferError('ERR_OPEN_FILES', 'x'));
  assert.deepEqual([told, short, wasOpen], [['ERR_OPEN_FILES'], ['ERR_OPEN_FILES'], false]);
});

test('too many bytes each second slow objects down without a pause; a listing has no bytes to slow down', async (t) => {
  // A pause that a busy machine does not sleep through before the test looks.
  t.mock.method(Math, 'random', () => 0.5);
  const error = () => new TransferError('ERR_THROTTLED', 'x', { throttleScope: 'bandwidth' });
  assert.equal((await askedAgain(error())).wasOpen, true);
  assert.equal((await askedAgain(error(), { kind: 'lists' })).wasOpen, false);
});

test('an error that a request and settle both report counts once', async () => {
  const short: TransferError[] = [];
  const pacer = pacerOf({ onShortage: (error) => void short.push(error) });
  const error = new TransferError('ERR_OPEN_FILES', 'x');
  await pacer.run({ key: 'a', bytes: 1 }, async () => Promise.reject(error)).catch(() => {});
  pacer.shortage.met(error);
  assert.deepEqual(short, [error]);
  pacer.stop();
});
