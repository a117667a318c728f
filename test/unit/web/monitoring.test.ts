// The dashboard for Grafana and the alert rules: Prometheus takes them, and they name only metrics that there are.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from '../../sources.js';
import { tempFolder } from '../../support/disks/files.js';
import { fakeWatch } from '../../support/web/fake-watch.js';
import { promtool, skipWithoutPromtool } from '../../support/web/promtool.js';
import { ask, openTestServer } from '../../support/web/web-client.js';

const FOLDER = `${ROOT}.github/monitoring`;
const RULES = `${FOLDER}/alerts.yml`;
const DASHBOARD = JSON.parse(readFileSync(`${FOLDER}/grafana-dashboard.json`, 'utf8')) as Dashboard;

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const expressions = DASHBOARD.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

test('each rule fires where it must, and only there', { skip: skipWithoutPromtool() }, () => {
  const checked = promtool(['check', 'rules', RULES]);
  assert.match(checked.output, /SUCCESS: 3 rules found/);
  const tested = promtool(['test', 'rules', `${FOLDER}/alerts.test.yml`]);
  assert.equal(tested.status, 0, tested.output);
  // Each rule has a test in which it fires.
  const cases = readFileSync(`${FOLDER}/alerts.test.yml`, 'utf8');
  for (const [, name] of readFileSync(RULES, 'utf8').matchAll(/alert: (\w+)/g))
    assert.match(cases, new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels`), name);
});

test('each expression of the dashboard is one of Prometheus', { skip: skipWithoutPromtool() }, (t) => {
  assert.ok(expressions.length > 20);
  const rules = expressions.map((expr, index) => ({
    record: `panel_${index}`,
    // Grafana puts these in.
    expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
  }));
  // JSON is YAML, too.
  const file = join(tempFolder(t), 'panels.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  const { status, output } = promtool(['check', 'rules', file]);
  assert.equal(status, 0, output);
});

test('each metric that the rules and the dashboard name is one that a run has', async (t) => {
  const server = await openTestServer(t);
  server.show(fakeWatch());
  const { text } = await ask(server.url, '/metrics');
  const known = new Set([...text.matchAll(/^([a-z_]+)(?:\{.*\})? \S+$/gm)].map(([, name]) => name!));
  const rules = readFileSync(RULES, 'utf8');
  const cases = readFileSync(`${FOLDER}/alerts.test.yml`, 'utf8');
  const variable = JSON.stringify(DASHBOARD).match(/label_values\((\w+)/)![1]!;
  const named = [rules, cases, ...expressions, variable].flatMap(
    (one) => one.match(/\b(?:sluice|process)_[a-z_]+/g) ?? [],
  );
  assert.ok(new Set(named).size > 15);
  for (const name of named) assert.ok(known.has(name), `${name} is no metric`);
});
