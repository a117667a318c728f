// No secret of the environment or the config gets through, however it is written.

import assert from 'node:assert/strict';
import test from 'node:test';
import { redactor } from '../../../src/cli/log/redact.js';

test('secrets of variables, of proxies and of values are replaced, plain, in JSON and in a URL', () => {
  const redact = redactor(
    { UPYUN_PASSWORD: 'pass"w/rd', HTTPS_PROXY: 'http://me:prox%79word@host:1', SLUICE_QUEUE_TOKEN: 'tok-1234' },
    { operator: 'me', password: 'from-file' },
    { servers: ['nats://host'], creds: Buffer.from('seed-of-a-user\n') },
  );
  const text = JSON.stringify({ a: 'pass"w/rd', b: 'proxyword', c: 'prox%79word', d: 'tok-1234', e: 'from-file' });
  assert.equal(redact(text), '{"a":"[redacted]","b":"[redacted]","c":"[redacted]","d":"[redacted]","e":"[redacted]"}');
  assert.equal(redact('x pass%22w%2Frd seed-of-a-user'), 'x [redacted] [redacted]');
  assert.equal(redact('me nats://host http://host:1'), 'me nats://host http://host:1');
});

test('names of files and texts that are too short to be secrets stay', () => {
  const redact = redactor({ SLUICE_PASSWORD_FILE: '/etc/secret', UPYUN_PASSWORD: 'a', NO_PROXY: 'x' });
  assert.equal(redact('a file: /etc/secret'), 'a file: /etc/secret');
});

test('a line stays JSON, with its own words, whatever a variable with such a name holds', () => {
  const redact = redactor({ TOKEN_ENABLED: 'true', SECRET_DAYS: '1234', PASS_LEVEL: 'info', PRIVATE: '","' });
  const line = '{"event":"message","level":"info","isShared":true,"listed":1234,"message":"info true 1234 \\u202e"}';
  assert.equal(redact(line), line.replace('info true 1234', '[redacted] [redacted] [redacted]'));
});
