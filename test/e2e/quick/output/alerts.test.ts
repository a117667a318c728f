// --on-event and --webhook: who is told what, and that the copy neither waits for it nor gives a secret away.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { assertNoSecrets } from '../../../support/cli/secrets.js';
import { startWebhookServer } from '../../../support/servers/webhook.js';

const TOKEN = 'T0k3n-that-must-not-be-seen';

test('a command gets each alert as JSON, with the numbers of the summary', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(30) });
  world.server.faults.add({ match: { kind: 'get', key: /00[01]\.jpg|000[0-7]/ }, action: { status: 403 } });
  const file = join(world.folder, 'alerts');
  const args = [
    '--on-event',
    `(cat; echo "$SLUICE_ALERT $SLUICE_ALERT_MESSAGE") >> '${file}'`,
    '--alert-failures',
    '2',
  ];
  const { summary, code } = await world.mirror(...args, '--retries', '0');
  assert.equal(code, 1);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const alerts = lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
  assert.deepEqual(
    alerts.map(({ alert, level }) => [alert, level]),
    [
      ['failures', 'warn'],
      ['finished', 'warn'],
    ],
  );
  const [failures, finished] = alerts;
  assert.match(
    failures.message,
    /^sluice mirror upyun:\/\/pics → \S+out on \S+: \d+ objects have failed in this run; they are listed in \S+failures\.ndjson$/,
  );
  assert.deepEqual(
    [finished.exitCode, finished.command, finished.source, finished.to],
    [1, 'mirror', 'upyun://pics', [world.to]],
  );
  for (const name of ['listed', 'stored', 'skipped', 'gone', 'failed', 'bytes'] as const)
    assert.equal(finished.summary[name], summary[name], name);
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('{')),
    alerts.map(({ alert, message }) => `${alert} ${message}`),
  );
  assertNoSecrets(readFileSync(file, 'utf8'), 'an alert');
});

test('a webhook gets the end of a run that fails, with the code', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(3) });
  const hook = await startWebhookServer(t);
  world.server.faults.add({ action: { status: 401 } });
  const env = { SLUICE_WEBHOOK: `${hook.origin}/services/${TOKEN}?key=${TOKEN}`, SLUICE_WEBHOOK_SECRET: 'abc-secret' };
  const log = join(world.folder, 'logs', 'log');
  const result = await world.run(['mirror', 'upyun://pics', '--to', world.to, '--log-file', log], { env });
  result.expectExit(3);
  const [stopped] = hook.of('stopped');
  assert.equal(hook.received.length, 1);
  assert.deepEqual([stopped!.level, stopped!.exitCode, stopped!.event], ['error', 3, 'alert']);
  assert.match(String(stopped!.code), /^ERR_/);
  assert.match(result.stderr, new RegExp(String(stopped!.code)));
  const { headers, text, path } = hook.received[0]!;
  assert.equal(path, `/services/${TOKEN}?key=${TOKEN}`);
  assert.equal(
    headers['x-sluice-signature'],
    `sha256=${createHmac('sha256', 'abc-secret').update(text).digest('hex')}`,
  );
  for (const seen of [result.stderr, readFileSync(log, 'utf8')]) assert.doesNotMatch(seen, new RegExp(TOKEN));
});

test('an outage that lasts is told, and its end', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(60) });
  const hook = await startWebhookServer(t);
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 30 } });
  const { child, result } = world.start(
    [...['mirror', 'upyun://pics', '--to', world.to, '--concurrency', '2', '--timeout', '2s'], '--alert-after', '1s'],
    { env: { SLUICE_WEBHOOK: hook.origin } },
  );
  await until('an object', () => world.server.counters.get > 5);
  const down = world.server.faults.add({ action: { status: 503 } });
  await until('the alert', () => hook.of('unreachable').length > 0);
  world.server.faults.remove(down);
  await until('the end of it', () => hook.of('recovered').length > 0);
  (await result).expectExit(0);
  assert.equal(child.exitCode, 0);
  assert.deepEqual(
    hook.received.map(({ body }) => body.alert),
    ['unreachable', 'recovered', 'finished'],
  );
  const [unreachable] = hook.of('unreachable');
  assert.match(String(unreachable!.since), /^20\d\d-\d\d-\d\dT/);
  assert.equal(unreachable!.level, 'warn');
});

test('a webhook that never answers does not hold the copy', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(40) });
  const hook = await startWebhookServer(t);
  hook.answer = () => {};
  world.server.faults.add({ match: { kind: 'get', key: /0000/ }, action: { status: 403 } });
  const env = { SLUICE_WEBHOOK: hook.origin };
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--retries', '0', '--alert-failures', '0', '--json'];
  const { result, stderr } = world.start(args, { env });
  await until('that an alert hangs', () => hook.received.length > 0);
  // The summary is there while no alert has been answered.
  await until('the summary', () => stderr().includes('"event":"summary"'));
  const { code } = await result;
  assert.equal(code, 1);
  assert.equal(existsSync(join(world.to, '.sluice', 'failures.ndjson')), true);
});

test('chats get their form; what they refuse, and a redirect, is a message without the token', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(2) });
  const hook = await startWebhookServer(t);
  const other = await startWebhookServer(t);
  const url = `${hook.origin}/robot/send?access_token=${TOKEN}`;
  const run = (format: string, more: Record<string, string> = {}) =>
    world.run(['mirror', 'upyun://pics', '--to', world.to, '--webhook-format', format], {
      env: { SLUICE_WEBHOOK: url, ...more },
    });
  hook.answer = (response) => void response.end('{"errcode":0,"errmsg":"ok"}');
  (await run('dingtalk', { SLUICE_WEBHOOK_SECRET: 'SEC1' })).expectExit(0);
  (await run('wecom')).expectExit(0);
  hook.answer = (response) => void response.end('ok');
  (await run('slack')).expectExit(0);
  const [dingtalk, wecom, slack] = hook.received;
  const asked = new URL(dingtalk!.path, hook.origin).searchParams;
  const stamp = asked.get('timestamp')!;
  assert.equal(asked.get('sign'), createHmac('sha256', 'SEC1').update(`${stamp}\nSEC1`).digest('base64'));
  assert.equal(asked.get('access_token'), TOKEN);
  for (const { body } of [dingtalk!, wecom!]) {
    assert.equal(body.msgtype, 'text');
    assert.match((body.text as { content: string }).content, /complete: \d stored/);
  }
  assert.match(String(slack!.body.text), /^sluice mirror upyun:\/\/pics/);

  const log = join(world.folder, 'logs', 'log');
  const told = async (why: RegExp) => {
    const args = ['mirror', 'upyun://pics', '--to', world.to, '--webhook-format', 'wecom', '--log-file', log];
    const result = (await world.run(args, { env: { SLUICE_WEBHOOK: url } })).expectExit(0);
    const written = readFileSync(log, 'utf8');
    assert.match(written, why);
    for (const seen of [result.stderr, written]) assert.doesNotMatch(seen, new RegExp(TOKEN));
  };
  hook.answer = (response) => void response.end(`{"errcode":93000,"errmsg":"invalid webhook ${TOKEN}"}`);
  await told(/an alert did not arrive: errcode 93000: invalid webhook/);
  hook.answer = (response) => void response.writeHead(302, { location: `${other.origin}/${TOKEN}` }).end();
  await told(/an alert did not arrive: the server answered 302/);
  assert.equal(other.received.length, 0);
});

test('wrong values are problems before anything is copied, and show no URL', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(1) });
  const empty = join(world.folder, 'empty');
  writeFileSync(empty, '');
  for (const [args, why] of [
    [['--webhook', `ftp://x/${TOKEN}`], /--webhook: expected http/],
    [['--webhook', `no url ${TOKEN}`], /--webhook: expected http/],
    [['--webhook', 'http://x/', '--webhook-format', 'teams'], /dingtalk/],
    [['--webhook', 'http://x/', '--webhook-secret-file', empty], /--webhook-secret-file/],
    [['--webhook-secret-file', empty], /need --webhook/],
    [['--on-event', ''], /--on-event/],
    [['--alert-after', 'soon', '--on-event', 'true'], /--alert-after/],
  ] as const) {
    const { stderr } = (await world.run(['mirror', 'upyun://pics', '--to', world.to, ...args])).expectExit(2);
    assert.match(stderr, why);
    assert.doesNotMatch(stderr, new RegExp(TOKEN));
  }
  assert.equal(world.server.counters.total, 0);
});

test('Ctrl-C is told as a stop', async (t) => {
  const world = await openWorld(t, { objects: manyObjects(40) });
  const hook = await startWebhookServer(t);
  world.server.faults.add({ match: { kind: 'get' }, action: { delayMs: 50 } });
  const args = ['mirror', 'upyun://pics', '--to', world.to, '--concurrency', '1', '--webhook', hook.origin];
  const { child, result } = world.start(args);
  await until('an object', () => world.server.counters.get > 2);
  child.kill('SIGINT');
  (await result).expectExit(130);
  assert.deepEqual(
    hook.received.map(({ body }) => [body.alert, body.exitCode]),
    [['stopped', 130]],
  );
});
