// A disk that does not answer any more: it is named, and the run ends.

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TransferError } from '../../../../src/errors.js';
import { Gauges } from '../../../../src/events/gauges.js';
import { Stats } from '../../../../src/events/stats.js';
import type { RunHealth } from '../../../../src/jobs/run/health/run-health.js';
import { supervise } from '../../../../src/jobs/run/supervise.js';
import { Vitals } from '../../../../src/pacing/stuck/vitals.js';
import { recordingEvents } from '../../../support/batches.js';
import { tempVolumes } from '../../../support/disks/files.js';
import { slowDisk } from '../../../support/disks/slow-disk.js';
import { HEALTHY, noLimits } from '../../../support/health.js';
import { ownBytes, stubSource } from '../../../support/source-stub.js';
import { rejection } from '../../../support/waiting.js';

test('a thread that is stuck is named with what it does, and three stalls end the run', {
  timeout: 20_000,
}, async (t) => {
  const disk = slowDisk(t);
  const volumes = await tempVolumes(t);
  disk.stall();
  const events = recordingEvents();
  const vitals = new Vitals();
  vitals.add(() => ({ isBusy: true, isPaused: false }));
  let recycled = 0;
  const source = stubSource({
    recycle: async () => {
      recycled++;
    },
  });
  const supervised = {
    ...{ source, volumes, events, vitals, stats: new Stats(), gauges: new Gauges() },
    limits: noLimits(),
    health: { add() {}, begin() {}, finish() {}, current: HEALTHY, throttledMs: 0 } as unknown as RunHealth,
    onRunning: () => () => {},
    config: { stallMs: 80, command: 'mirror' as const },
    signal: new AbortController().signal,
  };
  const work = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => {
      void volumes.put({ key: 'a' }, ownBytes('x'), -1);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const error = await rejection<TransferError>(supervise(supervised, work));
  assert.deepEqual([error.code, recycled, events.messages.length], ['ERR_STALLED', 3, 3]);
  for (const message of events.messages) {
    assert.ok(message.includes(`${volumes.roots[0]} has 1 to do, the oldest store for `), message);
  }
  disk.goOn();
});
