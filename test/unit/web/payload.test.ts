// Whether the page may show controls: only that of a run that works, on a server that takes them.

import assert from 'node:assert/strict';
import test from 'node:test';
import { payloadOf } from '../../../src/web/payload.js';
import { fakeWatch } from '../../support/web/fake-watch.js';

test('controls are named only where they are', () => {
  const watch = fakeWatch();
  assert.notEqual(watch.controls, undefined);
  assert.equal(payloadOf(watch, true).hasControls, true);
  assert.equal(payloadOf(watch, false).hasControls, false);
  const { controls: _controls, ...ended } = watch;
  assert.equal(payloadOf({ ...ended, picture: () => watch.picture() }, true).hasControls, false);
});
