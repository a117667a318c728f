// `--dashboard` with and without ADDR: the word behind it is ADDR, SOURCE, DIR, or another option.

import assert from 'node:assert/strict';
import test from 'node:test';
import { parseArguments } from '../../../../src/cli/program.js';

function parsed(line: string) {
  const found = parseArguments(line.split(' '));
  assert.ok(typeof found === 'object' && 'command' in found, line);
  const { source, options, problems } = found;
  return { source, dashboard: options.dashboard, metrics: options.metrics, to: options.to, problems };
}

const NOTHING = { source: undefined, dashboard: undefined, metrics: undefined, to: undefined, problems: [] };

test('an address behind the option is its value, and SOURCE is not', () => {
  const source = 'upyun://photos';
  for (const [line, expected] of [
    ['mirror --dashboard upyun://photos', { source, dashboard: ['true'] }],
    ['mirror upyun://photos --dashboard', { source, dashboard: ['true'] }],
    ['mirror --dashboard 9000 upyun://photos', { source, dashboard: ['9000'] }],
    ['mirror --dashboard [::1]:9000 upyun://photos', { source, dashboard: ['[::1]:9000'] }],
    ['mirror upyun://photos --dashboard photos', { source, dashboard: ['true'], to: ['photos'] }],
    ['mirror upyun://photos --dashboard ./9000', { source, dashboard: ['true'], to: ['./9000'] }],
    ['mirror --dashboard=photos upyun://photos', { source, dashboard: ['photos'] }],
    ['mirror --dashboard --metrics :9000 upyun://photos', { source, dashboard: ['true'], metrics: [':9000'] }],
    ['mirror upyun://photos --metrics -- 9000', { source, metrics: ['true'], to: ['9000'] }],
    ['verify --dashboard -', { source: '-', dashboard: ['true'] }],
  ] as const)
    assert.deepEqual(parsed(line), { ...NOTHING, ...expected }, line);
});

test('a mistake in an address is no SOURCE', () => {
  assert.deepEqual(parsed('mirror --dashboard 0 upyun://photos').dashboard, ['0']);
  assert.deepEqual(parsed('mirror --dashboard host:99999 upyun://photos').dashboard, ['host:99999']);
});
