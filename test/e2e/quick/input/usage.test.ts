// Wrong usage and configuration: exit 2, every problem named at once, nothing asked and nothing created.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';

test('several problems are named at once, as lines and as JSON, before any request', async (t) => {
  const { server, folder, run } = await openWorld(t);
  await writeFile(join(folder, 'a-file'), '');
  const args = [
    'mirror',
    '--concurrency',
    'many',
    '--timeout',
    'soon',
    '--page-size',
    '0',
    '--to',
    'a-file',
    '--nonsense',
  ];
  const env = { UPYUN_PASSWORD: undefined, SLUICE_RETRIES: '-1' };
  const named = ['SOURCE', '--concurrency', '--timeout', '--page-size', '--to', '--nonsense', 'SLUICE_RETRIES'];

  const plain = (await run(args, { env })).expectExit(2);
  for (const name of named) {
    const lines = plain.stderr.split('\n').filter((line) => line.startsWith('sluice mirror: ') && line.includes(name));
    assert.equal(lines.length, 1, `one line about ${name} in:\n${plain.stderr}`);
  }
  // Whose store it is is not known yet.
  assert.doesNotMatch(plain.stderr, /UPYUN_PASSWORD/);
  const json = (await run([...args, '--json'], { env })).expectExit(2);
  const error = json.events.find(({ event }) => event === 'error');
  assert.equal(error?.code, 'ERR_CONFIG');
  for (const name of named) assert.ok(String(error?.message).includes(name), name);
  assert.equal(plain.stdout + json.stdout, '');
  assert.equal(server.counters.connections, 0);
  assert.deepEqual(await readdir(folder), ['a-file']);
});

test('a program gets JSON lines with time and level, also for a wrong command, and by SLUICE_JSON', async (t) => {
  const { run } = await openWorld(t);
  const env = { SLUICE_JSON: 'true' };
  for (const ended of [
    await run(['mirorr', 'upyun://pics', '--json']),
    await run(['status'], { env }),
    await run(['doctor', '--nonsense'], { env }),
  ]) {
    const [line, ...more] = ended.expectExit(2).stderr.trimEnd().split('\n');
    assert.deepEqual(more, []);
    const { event, time, level, code, message } = JSON.parse(line!);
    assert.deepEqual([event, level, code], ['error', 'error', 'ERR_CONFIG']);
    assert.match(time, /^20\S+Z$/);
    assert.doesNotMatch(message, /\?\./);
  }
});

const WRONG: readonly (readonly [args: string, ...messages: RegExp[]])[] = [
  ['list', /SOURCE is missing/],
  ['list upyun://pics --to x', /unknown option --to/],
  ['list upyun://pics upyun://other', /too many/],
  ['mirror upyun://pics --concurrency many', /^sluice mirror: --concurrency: .*whole number.*"many"/],
  [
    'mirror s4://pics --endpoint ftp://a.com --limit 1 --limit 2 --to',
    /upyun:\/\/BUCKET/,
    /--endpoint: expected http/,
    /--limit: given 2 times/,
    /--to: a value is missing/,
  ],
  ['mirror upyun://pics --include= --to out', /--include: expected a pattern/],
  ['status', /^sluice status: --to: missing/],
  ['status upyun://pics --to out --quiet', /unknown option --quiet/],
  ['status out --to', /too many: status takes none/, /--to: a value is missing/],
  ['status --to out --state file', /--to and --state: give only one of them/],
  ['frobnicate', /no such command/],
];

test('each wrong usage exits with 2, a message that says what is wrong, and no request', async (t) => {
  const { server, folder, run } = await openWorld(t);
  for (const [args, ...messages] of WRONG) {
    const result = (await run(args.split(' '))).expectExit(2);
    for (const message of messages) assert.match(result.stderr, message, args);
    assert.doesNotMatch(result.stderr, /\n\s+at /, 'no stack trace');
    assert.equal(result.stdout, '');
  }
  assert.equal(server.counters.connections, 0);
  assert.deepEqual(await readdir(folder), []);
});

test('missing credentials are named, together', async (t) => {
  const { server, run } = await openWorld(t);
  const env = { UPYUN_OPERATOR: undefined, UPYUN_PASSWORD: '' };
  const result = (await run(['list', 'upyun://pics'], { env })).expectExit(2);
  assert.match(result.stderr, /UPYUN_OPERATOR and UPYUN_PASSWORD/);
  assert.equal(server.counters.connections, 0);
});

test('--to and --failures that cannot be used are found before any request', async (t) => {
  const { server, folder, run } = await openWorld(t);
  await writeFile(join(folder, 'file'), '');
  await mkdir(join(folder, 'dir'));
  for (const args of [
    ['--to', 'file'],
    ['--to', 'file/below'],
    ['--to', 'out', '--failures', 'dir'],
  ]) {
    const result = (await run(['mirror', 'upyun://pics', ...args])).expectExit(2);
    assert.match(result.stderr, /(--to|--failures) .*(is not a folder|is a folder)/);
  }
  assert.equal(server.counters.connections, 0);
  assert.ok(!existsSync(join(folder, 'out')));
});

test('a folder of the kernel is refused at once', {
  skip: existsSync('/proc/self') ? false : 'no /proc here',
}, async (t) => {
  const { server, run } = await openWorld(t);
  const result = (await run(['mirror', 'upyun://pics', '--to', '/proc/nowhere'])).expectExit(2);
  assert.match(result.stderr, /--to \/proc\/nowhere: .*belongs to the kernel and is no disk/);
  assert.equal(server.counters.connections, 0);
});

test('help and version go to stdout with 0; no command at all shows the help with 2', async (t) => {
  const { run } = await openWorld(t);
  const help = (await run(['--help'])).expectExit(0);
  for (const command of ['list', 'fetch', 'mirror', 'status']) assert.match(help.stdout, new RegExp(command));
  assert.match((await run(['fetch', '--help'])).expectExit(0).stdout, /--from <SOURCE>[\s\S]*Exit codes/);
  assert.match((await run(['--version'])).expectExit(0).stdout, /^\d+\.\d+\.\d+\n/);
  const none = (await run([])).expectExit(2);
  assert.match(none.stderr, /Usage/);
  assert.equal(none.stdout, '');
});

test('units are human', async (t) => {
  const { to, run } = await openWorld(t, { objects: { 'a.jpg': 'a' } });
  const args = ['--timeout', '1.5m', '--buffer-size', '16M', '--progress-interval', '500ms'];
  (await run(['mirror', 'upyun://pics', '--to', to, ...args])).expectExit(0);
});

test('a folder as stdin is wrong usage', async (t) => {
  const { to, shell } = await openWorld(t);
  const result = await shell(`"$NODE" "$SLUICE" fetch --from upyun://pics --to '${to}' < .`);
  assert.match(result.expectExit(2).stderr, /stdin is a folder/);
});
