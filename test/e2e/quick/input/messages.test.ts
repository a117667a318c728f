// What a run says: where it stores, with what it goes on, what a dry run would do; and all of it in Chinese.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { OBJECTS, startHanging } from '../../../support/cli/asking.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openWorld } from '../../../support/cli/harness.js';

test('the destination is named first, also when it is the default, and in JSON', async (t) => {
  const { folder, run } = await openWorld(t, { objects: manyObjects(2) });
  const plain = (await run(['mirror', 'upyun://pics'])).expectExit(0);
  assert.equal(plain.said.split('\n')[0], `upyun://pics → ${join(folder, 'pics')}`);
  const disks = ['--to', 'one', '--to', 'two'];
  const json = (await run(['mirror', 'upyun://pics', ...disks, '--json'])).expectExit(0);
  const { code, message } = json.events.find(({ event }) => event === 'message')!;
  assert.deepEqual([code, message], ['destination', `upyun://pics → ${join(folder, 'one')}, ${join(folder, 'two')}`]);
  assert.doesNotMatch((await run(['list', 'upyun://pics'])).expectExit(0).stderr, /→/);
});

test('a dry run says only what it would do', async (t) => {
  const { server, to, run } = await openWorld(t, { objects: manyObjects(3) });
  const args = ['mirror', 'upyun://pics', '--to', to];
  const dry = (await run([...args, '--dry-run'])).expectExit(0);
  assert.match(dry.said, /^dry run, nothing is fetched or written: /);
  assert.match(
    dry.said,
    /^dry run: of 3 objects, 3 \(3\.0 kB\) would be fetched, 0 are there already; nothing was written/m,
  );
  assert.doesNotMatch(dry.said, / stored|skipped|failures/);
  const input = `${Object.keys(manyObjects(3))[0]}\n{"key":"b","size":5}\n`;
  const bare = (await run(['fetch', '--from', 'upyun://pics', '--to', to, '--dry-run'], { input })).expectExit(0);
  assert.match(bare.said, /^dry run: of 2 objects, 2 \(5 B, and 1 of unknown size\) would be fetched/m);
  assert.ok(!existsSync(to));
  (await run(args)).expectExit(0);
  const again = (await run([...args, '--dry-run', '--json'])).expectExit(0);
  assert.deepEqual([again.summary.skipped, again.events.at(-1)?.isDryRun], [3, true]);
  assert.equal(server.counters.get, 3);
});

test('a resumed job counts objects and pages', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { child, result } = await startHanging(world);
  child.kill('SIGKILL');
  await result;
  world.server.faults.clear();
  const resumed = (await world.run(['mirror', 'upyun://pics', '--to', world.to])).expectExit(0);
  assert.match(
    resumed.said,
    /^resuming the job of [\dT:+-]+, run 2: 30 of the 35 objects found so far are done; 1 page \(about 5 objects\) is listed again, and what is stored of it is skipped; everything else is listed$/m,
  );
});

test('with --lang zh wrong options, a missing folder, a full disk and a resumed job are told in Chinese', async (t) => {
  const world = await openWorld(t, { objects: OBJECTS });
  const { server, folder, to, run } = world;
  const inChinese = (...args: string[]) => run([...args, '--lang', 'zh']);
  const wrong = await inChinese('mirror', 'upyun://pics', '--concurrency', 'many', '--timeout');
  assert.match(wrong.expectExit(2).stderr, /--concurrency：应为 auto 或 1 到 4096 的整数，实际是 "many"/);
  assert.match(wrong.stderr, /--timeout：缺少值/);
  assert.match(wrong.stderr, /请看：sluice mirror --help \[ERR_CONFIG\]\n$/);
  const missing = await inChinese('verify', 'upyun://pics', '--to', 'nowhere');
  assert.match(missing.expectExit(2).stderr, new RegExp(`--to ${join(folder, 'nowhere')}：没有这个目录`));

  const full = await inChinese('mirror', 'upyun://pics', '--to', join(folder, 'full'), '--reserve', '99.9%');
  assert.match(full.expectExit(3).said, /没有磁盘能继续保存文件：.*剩余 .*由 Sluice 保留.*\[ERR_NO_SPACE\]/);

  const { child, result } = await startHanging(world);
  child.kill('SIGKILL');
  await result;
  server.faults.clear();
  server.faults.add({ match: { kind: 'get', key: /^b\/0001/ }, action: { status: 403 } });
  const resumed = (await inChinese('mirror', 'upyun://pics', '--to', to)).expectExit(1);
  assert.match(
    resumed.said,
    /^继续 .* 开始的任务，第 2 次运行：目前找到的 35 个对象中，已完成 30 个；1 页（约 5 个对象）会重新列举/m,
  );
  assert.match(resumed.said, /失败的对象在 .*failures\.ndjson 中；要重试，请使用相同的选项：/);
  assert.match(resumed.said, /ERR_FORBIDDEN_OBJECT 的含义和处理办法：sluice help ERR_FORBIDDEN_OBJECT/);
});
