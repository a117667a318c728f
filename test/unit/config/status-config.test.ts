// Which job `status` is asked about: by flag or environment, a folder or a file, and never both.

import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import test from 'node:test';
import { createStatusConfig } from '../../../src/config/status-config.js';
import { ConfigError } from '../../../src/errors.js';

type Input = Parameters<typeof createStatusConfig>[0];

const configOf = (input: Partial<Input>) => createStatusConfig({ options: {}, env: {}, ...input });

function problemsOf(input: Partial<Input>): string {
  try {
    configOf(input);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.join('\n');
  }
  return '';
}

test('needs a place and nothing else: no SOURCE, no credentials', () => {
  assert.deepEqual(configOf({ options: { to: ['out'] } }), {
    place: { folder: resolve('out') },
    isJson: false,
    isWatch: false,
  });
  assert.deepEqual(configOf({ options: { state: ['s'], json: true } }), {
    place: { file: resolve('s') },
    isJson: true,
    isWatch: false,
  });
});

test('the environment stands in for a flag, and a flag says which of the two is meant', () => {
  const env = { SLUICE_TO: 'out', SLUICE_JSON: '1' };
  assert.deepEqual(configOf({ env }), { place: { folder: resolve('out') }, isJson: true, isWatch: false });
  assert.deepEqual(configOf({ env, options: { state: ['s'] } }).place, { file: resolve('s') });
  assert.deepEqual(configOf({ env: { SLUICE_STATE: 's' }, options: { to: ['x'] } }).place, { folder: resolve('x') });
});

test('names what is missing, what is too much, and everything found before', () => {
  assert.match(problemsOf({}), /^--to: missing; .*--state FILE/);
  assert.match(problemsOf({ options: { to: ['a'], state: ['b'] } }), /^--to and --state: give only one of them$/);
  assert.match(problemsOf({ env: { SLUICE_TO: 'a', SLUICE_STATE: 'b' } }), /give only one of them/);
  assert.equal(problemsOf({ options: { to: true }, problems: ['unknown option --x'] }).split('\n').length, 2);
});
