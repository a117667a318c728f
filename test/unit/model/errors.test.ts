// The classes of errors: the code decides what is done, and whatever is thrown becomes one of them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ConfigError, ERROR_CODES, TransferError, toTransferError } from '../../../src/errors.js';

test('the code alone decides the verdict', () => {
  for (const [code, [expected]] of Object.entries(ERROR_CODES)) {
    assert.equal(new TransferError(code as keyof typeof ERROR_CODES, 'x').verdict, expected, code);
  }
});

test('an unknown error is one of ours that is tried again within limits, and keeps what it was', () => {
  const cause = new TypeError('x is not a function');
  const error = toTransferError(cause);
  assert.deepEqual([error.code, error.verdict, error.cause], ['ERR_INTERNAL', 'retry', cause]);
  assert.match(error.message, /x is not a function/);
  assert.equal(toTransferError('text').code, 'ERR_INTERNAL');
});

test('an error of ours stays itself', () => {
  const error = new TransferError('ERR_SERVER', 'x', { status: 502, retryAfterMs: 3 });
  assert.equal(toTransferError(error), error);
  assert.deepEqual([error.status, error.retryAfterMs, error.cause], [502, 3, undefined]);
});

test('a configuration error names every problem', () => {
  const error = new ConfigError(['one', 'two']);
  assert.deepEqual([error.code, error.problems, error.message], ['ERR_CONFIG', ['one', 'two'], 'one\ntwo']);
});
