// A listing that does not come to an end.

import assert from 'node:assert/strict';
import test from 'node:test';
import { LoopGuard } from '../../../../src/sources/listing/loop-guard.js';
import type { ScopePage } from '../../../../src/sources/listing/scope-page.js';

const page = (name: string, nextCursor: string): ScopePage => ({
  entries: [{ key: name }],
  scopes: [],
  rejects: [],
  nextCursor,
});

test('a server that gives another cursor whenever it is asked again does not go on for ever', () => {
  const guard = new LoopGuard();
  let asked = 0;
  let cursor: string | undefined;
  let refused = 0;
  // Three cursors in turn, whatever is asked for; what is refused is asked for again, as often as requests are tried.
  for (let pages = 0; pages < 10_000 && refused < 6; pages++) {
    for (refused = 0; refused < 6; refused++) {
      const listed = page(`p${asked}`, String(asked++ % 3));
      try {
        guard.check(cursor, listed);
      } catch {
        continue;
      }
      guard.passed(listed);
      cursor = listed.nextCursor;
      break;
    }
  }
  assert.equal(refused, 6);
  assert.ok(asked < 1_000, `${asked} pages`);
});
