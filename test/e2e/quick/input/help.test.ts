// The help as it is installed: topics from the package, a pager or none, short options, and operands.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openWorld } from '../../../support/cli/harness.js';
import { onTerminal, skipWithoutTerminals } from '../../../support/terminals.js';

test('topics and codes are found in the package, and are plain where stdout is no terminal', async (t) => {
  const { run } = await openWorld(t);
  const topic = (await run(['help', 'durability'])).expectExit(0);
  assert.match(topic.stdout, /^Durability: /);
  assert.doesNotMatch(topic.stdout, /\u001b/);
  assert.equal(topic.stderr, '');
  const zh = (await run(['help', 'size', '--lang', 'zh'])).expectExit(0);
  assert.match(zh.stdout, /^ERR_SIZE\n\n发生了什么/);
  const wrong = (await run(['help', 'durabilty'])).expectExit(2);
  assert.match(wrong.stderr, /did you mean durability\?/);
  assert.equal(wrong.stdout, '');
});

test('the version is alone on the first line; the commit, Node and the platform follow', async (t) => {
  const { run } = await openWorld(t);
  const { stdout } = (await run(['-v'])).expectExit(0);
  assert.match(stdout, /^\d+\.\d+\.\d+\ncommit \S+.*\nNode v\d+\..*\nplatform \S+ \S+\n$/);
  assert.ok(stdout.includes(`\nNode ${process.version}\n`));
});

test('on a terminal a long page goes through the pager, also if that is missing or ends early', {
  skip: skipWithoutTerminals(),
}, async (t) => {
  const { run } = await openWorld(t);
  const shown = async (env: Record<string, string | undefined>, ...more: string[]) => {
    const prefix = [...onTerminal('1'), ...more];
    const result = await run(['help', 'options'], { prefix, isInputOpen: true, env: { TERM: 'xterm', ...env } });
    return result.expectExit(0).stdout;
  };
  const paged = await shown({ PAGER: 'sed s/^/page:/' });
  assert.match(paged, /^page:.*Options/);
  assert.match(paged, /\u001b\[1m/, 'bold on a terminal');
  assert.doesNotMatch(await shown({ PAGER: 'sed s/^/page:/', NO_COLOR: '1' }), /\u001b/);
  assert.doesNotMatch(await shown({ PAGER: 'exit 0' }), /Options/, 'a pager that ends at once');
  for (const none of ['no-such-pager-here', '/dev', ' ']) assert.match(await shown({ PAGER: none }), /Options/, none);
  assert.match(await shown({ PAGER: undefined }, 'env', 'PATH=/nowhere'), /Options/, 'no less');
});

test('mirror takes the folder behind SOURCE, and short options together', async (t) => {
  const { to, run, server } = await openWorld(t, { objects: { 'a/b.jpg': 'content' } });
  const dry = (await run(['mirror', 'upyun://pics', to, '-nq'])).expectExit(0);
  assert.match(dry.stdout, /"key":"a\/b.jpg"/);
  assert.equal(dry.stderr, '');
  assert.ok(!existsSync(to));
  (await run(['mirror', 'upyun://pics', to])).expectExit(0);
  assert.equal(readFileSync(join(to, 'a/b.jpg'), 'utf8'), 'content');
  const { connections } = server.counters;
  const twice = (await run(['mirror', 'upyun://pics', to, '--to', to])).expectExit(2);
  assert.match(twice.stderr, /DIR: given after SOURCE and with --to/);
  const several = (await run(['mirror', 'upyun://pics', to, `${to}2`])).expectExit(2);
  assert.match(several.stderr, /one DIR after SOURCE; for several disks give --to/);
  assert.equal(server.counters.connections, connections);
});

test('a wrong command or option leads to the nearest one, and its value is never repeated', async (t) => {
  const { run } = await openWorld(t);
  const problem = async (...args: string[]) => (await run(args)).expectExit(2).stderr;
  assert.match(
    await problem('miror', 'upyun://pics'),
    /there is no command miror; did you mean mirror\? The commands are /,
  );
  assert.doesNotMatch(await problem('hunter2'), /hunter2/);
  assert.match(await problem('--dry-run', 'mirror'), /--dry-run: an option comes after its command/);
  assert.doesNotMatch(await problem('--password=hunter2', 'mirror'), /hunter2/);
  const options = await problem('mirror', 'upyun://pics', '--dryrun', '--bwlimt=hunter2', '--pass', 'hunter2', '-x');
  assert.match(options, /unknown option --dryrun; did you mean --dry-run\?/);
  assert.match(options, /unknown option --bwlimt; did you mean --bwlimit\?/);
  assert.match(options, /unknown option -x\n/);
  assert.doesNotMatch(options, /hunter2/);
});
