// The report of a job that machines share: its numbers are those of the whole job, wherever it is asked for.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Report } from '../../../../src/jobs/report/report.js';
import { manyObjects } from '../../../support/cli/contents.js';
import { openSharedWorld, startTogether } from '../../../support/cli/shared.js';
import { checkPage, textOfPage } from '../../../support/report/reports.js';
import { skipWithoutNats } from '../../../support/servers/nats-server.js';

const skip = skipWithoutNats();

test('two machines: the report of either, and one without a folder, has the numbers of status', { skip }, async (t) => {
  const world = await openSharedWorld(t, { objects: manyObjects(3_000) });
  const { server, queued, folderOf, folder } = world;
  server.faults.add({ match: { kind: 'get', key: /^000[0-2]/ }, action: { status: { status: 403 } } });
  const end = join(folder, 'end.html');
  const machines = await startTogether(world, [1, 2], ['--report', end]);
  for (const { result } of machines) (await result).expectExit(1);
  const [status] = (await queued(['status', '--json'])).expectExit(0).lines as unknown as Record<string, unknown>[];
  const reportOf = async (...args: string[]) =>
    (await queued(['report', '--json', ...args])).expectExit(0).lines[0] as unknown as Report;
  const whole = await reportOf();
  const { stored, failed, difference, open } = whole.sum!;
  assert.deepEqual({ stored, failed, difference, open }, { stored: 2_997, failed: 3, difference: 0, open: 0 });
  const lasting = ({ workers, time: _time, level: _level, ...rest }: Record<string, unknown>) => ({
    ...rest,
    workers: (workers as { name: string; objects: number }[]).map(({ name, objects }) => ({ name, objects })),
  });
  assert.deepEqual(lasting({ ...whole.status }), lasting(status!));
  assert.deepEqual([whole.runs.known, whole.options, whole.failures.retry], [[], undefined, undefined]);

  const here = await reportOf('--to', folderOf(1));
  assert.deepEqual(here.sum, whole.sum, 'the sum is of the whole job');
  assert.deepEqual(
    here.runs.known.map(({ command, end: how }) => [command, how]),
    [['mirror', 'finished']],
  );
  assert.ok(here.sizes.known > 0 && here.sizes.known + here.sizes.unknown === 2_997);
  assert.ok(existsSync(end));
  const page = readFileSync(end, 'utf8');
  checkPage(page);
  const text = textOfPage(page);
  assert.match(text, /3 objects failed/);
  assert.match(text, /Each machine lists its own failures/);
  (await queued(['report', '--json', '--job', 'none'])).expectExit(1);
});
