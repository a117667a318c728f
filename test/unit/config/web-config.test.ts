// `--dashboard`, `--metrics` and the token, from flags, variables and files.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { type ConfigInput, createConfig } from '../../../src/config/config.js';
import { ConfigError } from '../../../src/errors.js';
import { tempFolder } from '../../support/disks/files.js';

const TOKEN = 'a-token-of-24-characters';
const STANDARD = { host: '127.0.0.1', port: 8_190 };

function configOf(options: ConfigInput['options'], env: Record<string, string> = {}) {
  const credentials = { UPYUN_OPERATOR: 'op', UPYUN_PASSWORD: 'hunter2' };
  return createConfig({ command: 'mirror', source: 'upyun://photos', options, env: { ...credentials, ...env } });
}

function problemsOf(options: ConfigInput['options'], env?: Record<string, string>): readonly string[] {
  try {
    configOf(options, env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    for (const problem of error.problems) assert.doesNotMatch(problem, /a-token|short|secret/);
    return error.problems;
  }
  return [];
}

test('without an address the dashboard is on port 8190 of this machine, and without a token', () => {
  assert.equal(configOf({}).web, undefined);
  const web = { dashboard: STANDARD, metrics: undefined, token: undefined };
  for (const written of [true, 'true']) assert.deepEqual(configOf({ dashboard: written }).web, web);
  for (const written of ['1', 'true', 'yes']) assert.deepEqual(configOf({}, { SLUICE_DASHBOARD: written }).web, web);
  for (const written of ['false', 'no', 'off', ''])
    assert.equal(configOf({}, { SLUICE_DASHBOARD: written }).web, undefined);
  const own = configOf({ dashboard: ['9000'] }, { SLUICE_DASHBOARD: 'false' }).web;
  assert.deepEqual(own?.dashboard, { host: '127.0.0.1', port: 9_000 });
});

test('the same address is one server, and the page is never where only the numbers were asked for', () => {
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const places = (options: ConfigInput['options']) => {
    const { dashboard, metrics } = configOf(options).web!;
    return [dashboard, metrics];
  };
  assert.deepEqual(places({ metrics: true }), [undefined, STANDARD]);
  assert.deepEqual(places({ dashboard: true, metrics: true }), [STANDARD, undefined]);
  assert.deepEqual(places({ dashboard: ['9000'], metrics: true }), [at(9_000), undefined]);
  assert.deepEqual(places({ dashboard: true, metrics: ['9000'] }), [STANDARD, at(9_000)]);
  assert.deepEqual(places({ dashboard: true, metrics: ['8190'] }), [STANDARD, undefined]);
  assert.deepEqual(places({ dashboard: ['9000'], metrics: ['127.0.0.1:9000'] }), [at(9_000), undefined]);
  assert.deepEqual(places({ dashboard: ['9000'], metrics: ['9001'] }), [at(9_000), at(9_001)]);
});

test('a config file has the addresses, too', (t) => {
  const file = join(tempFolder(t), 'sluice.toml');
  writeFileSync(file, 'dashboard = true\nmetrics = "127.0.0.1:9001"\n');
  const { dashboard, metrics } = configOf({ config: [file] }).web!;
  assert.deepEqual([dashboard, metrics], [STANDARD, { host: '127.0.0.1', port: 9_001 }]);
  writeFileSync(file, 'dashboard = 9000\nmetrics = false\n');
  assert.deepEqual(configOf({ config: [file] }).web!.dashboard, { host: '127.0.0.1', port: 9_000 });
  assert.deepEqual(configOf({ config: [file], dashboard: ['9002'] }).web!.dashboard?.port, 9_002);
});

test('a token comes from a file or a variable, and no message shows it', (t) => {
  const file = join(tempFolder(t), 'token');
  writeFileSync(file, `${TOKEN}\n`);
  assert.equal(configOf({ dashboard: true, dashboardTokenFile: [file] }).web!.token, TOKEN);
  assert.equal(configOf({ metrics: [':9000'] }, { SLUICE_DASHBOARD_TOKEN: TOKEN }).web!.token, TOKEN);
  const env = { SLUICE_DASHBOARD_TOKEN: 'other-token-of-the-variable' };
  assert.equal(configOf({ dashboard: true, dashboardTokenFile: [file] }, env).web!.token, TOKEN);
  assert.deepEqual(problemsOf({ dashboardTokenFile: [file] }).length, 1);
  for (const text of [
    '',
    '\n',
    'short',
    'a secret with spaces in it',
    'secret-ünïcode-secret-secret',
    'x'.repeat(300),
  ]) {
    writeFileSync(file, text);
    assert.match(problemsOf({ dashboard: true, dashboardTokenFile: [file] })[0]!, /^--dashboard-token-file/, text);
    if (text.trim() !== '')
      assert.match(problemsOf({ dashboard: true }, { SLUICE_DASHBOARD_TOKEN: text })[0]!, /^SLUICE_DASHBOARD_TOKEN/);
  }
});

test('JSON never has a token, so one has to be given where other machines can ask', () => {
  assert.match(problemsOf({ dashboard: [':9000'], json: true })[0]!, /^--dashboard: .*--dashboard-token-file/);
  assert.match(problemsOf({ metrics: ['0.0.0.0:9000'], json: true })[0]!, /^--metrics: /);
  assert.deepEqual(problemsOf({ dashboard: [':9000'], json: true }, { SLUICE_DASHBOARD_TOKEN: TOKEN }), []);
  assert.deepEqual(problemsOf({ dashboard: ['localhost:9000'], json: true }), []);
  assert.deepEqual(problemsOf({ dashboard: [':9000'] }), []);
});

test('what is no address is a problem that says what one is', () => {
  for (const text of ['0', '70000', 'photos', 'http://127.0.0.1:80/', '127.0.0.1:80/x', ':'])
    assert.match(problemsOf({ dashboard: [text] })[0]!, /^--dashboard: expected HOST:PORT, :PORT or a PORT/, text);
  assert.match(problemsOf({ dashboard: ['1:2', '3:4'] })[0]!, /^--dashboard: given 2 times/);
});
