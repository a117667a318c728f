// A part of a body that comes with status 200, as if it were all of it.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { rawAnswer, rawServer } from '../../../support/servers/raw-server.js';
import { openSource } from '../../../support/servers/upyun.js';
import { rejection } from '../../../support/waiting.js';

const BODY = 'x'.repeat(100);

for (const [range, isTaken] of [
  ['bytes 0-99/502', false],
  ['bytes 100-199/200', false],
  ['bytes 0-99/*', false],
  ['bytes */100', false],
  ['items 0-1/2', false],
  ['bytes 0-99/100', true],
] as const) {
  test(`200 with Content-Range ${range} for a key without a size is ${isTaken ? 'all' : 'not all'} of it`, async (t) => {
    const server = await rawServer(t, (socket) => {
      socket.write(rawAnswer(['HTTP/1.1 200 OK', `Content-Range: ${range}`, 'Content-Length: 100'], BODY));
    });
    for (const options of [{}, { domain: server.origin, variant: '!s400' }]) {
      const source = openSource(t, server.origin, options);
      if (isTaken) assert.equal((await source.get({ key: 'a.bin' })).bytes?.length, 100);
      else assert.equal((await rejection<TransferError>(source.get({ key: 'a.bin' }))).code, 'ERR_PROTOCOL');
      // What the listing says of the size is the better proof.
      if (!('variant' in options)) assert.equal((await source.get({ key: 'a.bin', size: 100 })).bytes?.length, 100);
    }
  });
}
