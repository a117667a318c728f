// A user whose locale is Chinese reads Chinese; codes, names and files stay what they are.

import assert from 'node:assert/strict';
import test from 'node:test';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld, until } from '../../../support/cli/harness.js';
import { readFailures } from '../../../support/cli/tree.js';

const CHINESE = { LC_ALL: undefined, LC_MESSAGES: undefined, LANG: 'zh_CN.UTF-8' };

test('an outage, and an object that fails, are told in Chinese', async (t) => {
  const { server, to, start } = await openWorld(t, { objects: manyObjects(100) });
  server.faults.add({ match: { kind: 'get', key: '0003.jpg' }, action: { status: 403 } });
  server.faults.add({ match: { kind: 'get' }, action: { delayMs: 20 } });
  const args = ['mirror', 'upyun://pics', '--to', to, '--concurrency', '2', '--retries', '0'];
  const { result, stderr } = start(args, { env: CHINESE });
  await until('the middle', () => server.counters.get >= 20);
  await server.stopListening();
  await until('that it is noticed', () => stderr().includes('无法访问'));
  await server.listenAgain();
  const ended = (await result).expectExit(1);
  assert.match(
    ended.stderr,
    /提供对象的服务器自 \d{4}-\d\d-\d\dT\S+ 起无法访问：.*127\.0\.0\.1:\d+ 拒绝连接（ECONNREFUSED）/,
  );
  assert.match(ended.stderr, /提供对象的服务器在 .*s 后恢复响应/);
  assert.match(ended.stderr, /服务器返回 HTTP 403.*服务器拒绝提供此对象.*ERR_FORBIDDEN_OBJECT/);
  assert.match(ended.stderr, / 列出 100 = 已存储 99 \+ 已跳过 0 \+ 已不存在 0 \+ 失败 1$/m);
  assert.match(ended.stderr, / 服务器中断 1 次/);
  assert.match(ended.stderr, / 失败：0003\.jpg：.*\[ERR_FORBIDDEN_OBJECT，尝试 1 次\]/);
  const [failure, ...others] = await readFailures(to);
  assert.deepEqual([failure!.key, failure!.code, others], ['0003.jpg', 'ERR_FORBIDDEN_OBJECT', []]);
});

test('so is a wrong password; the same run with --json is in English', async (t) => {
  const { run } = await openWorld(t, { objects: manyObjects(1), password: 'another one' });
  const refused = await run(['list', 'upyun://pics'], { env: CHINESE });
  assert.match(refused.expectExit(3).stderr, /服务器不接受.*请检查 UPYUN_OPERATOR 和 UPYUN_PASSWORD.*\[ERR_AUTH\]/);
  const json = (await run(['list', 'upyun://pics', '--json'], { env: CHINESE })).expectExit(3);
  assert.match(String(json.events[0]!.message), /^the server does not accept the credentials\. Check UPYUN_OPERATOR/);
});

test('status is in Chinese wholly: besides paths, codes and commands no word is English', async (t) => {
  const { to, mirror, run } = await openWorld(t, { objects: manyObjects(3) });
  (await mirror()).expectExit(0);
  const { stdout } = await run(['status', '--to', to], { env: CHINESE });
  assert.match(stdout, /^已完成 +3 = 已存储 3 \+ 已跳过 0 \+ 已不存在 0 \+ 失败 0$/m);
  const words = stdout.replace(/\S*\/\S*/g, '').match(/[A-Za-z]{3,}/g) ?? [];
  assert.deepEqual(new Set(words), new Set(['inode']));
});
