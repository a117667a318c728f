// Holds the README to the code.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { README, withSections } from './readme.js';

test('the README lists the options and the failures that the code has (npm run readme writes them)', () => {
  const text = readFileSync(README, 'utf8');
  assert.equal(withSections(text), text);
});
