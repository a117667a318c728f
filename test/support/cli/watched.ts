// A command as the command line runs it, in the process of the test: so the test holds its watch.

import type { TestContext } from 'node:test';
import { parseArguments } from '../../../src/cli/program.js';
import { createConfig } from '../../../src/config/config.js';
import { EventBus } from '../../../src/events/bus.js';
import type { NoticeEvent } from '../../../src/events/event.js';
import type { Watch } from '../../../src/events/picture/watch.js';
import { createInterruption, type Interruption } from '../../../src/jobs/interruption.js';
import { run } from '../../../src/jobs/run/run.js';
import type { RunEnd, RunIo } from '../../../src/jobs/run/run-io.js';
import { runVerify } from '../../../src/jobs/verify/verify.js';
import { dataOutput } from '../../../src/lib/files/file-output.js';
import { deferred } from '../waiting.js';
import type { World } from './harness.js';

export interface Watched {
  readonly watch: Watch;
  readonly events: EventBus;
  readonly notices: readonly NoticeEvent[];
  /** The states of its health, one after the other. */
  readonly states: readonly string[];
  readonly interruption: Interruption;
  readonly end: Promise<RunEnd>;
}

export async function startWatched(
  t: TestContext,
  { env }: Pick<World, 'env'>,
  args: readonly string[],
  more: Partial<RunIo> = {},
): Promise<Watched> {
  const invocation = parseArguments([...args], false);
  if (typeof invocation === 'number' || 'names' in invocation) throw new Error(`no command: ${args.join(' ')}`);
  const { command, source, options, problems } = invocation;
  const config = createConfig({ command, source, options, problems, env });
  const events = new EventBus();
  const notices: NoticeEvent[] = [];
  const states: string[] = [];
  events.on(['notice'], (notice) => {
    notices.push(notice);
    return undefined;
  });
  events.on(['state'], ({ health }) => {
    states.push(health.state);
    return undefined;
  });
  const interruption = createInterruption({ graceMs: config.timeoutMs });
  t.after(() => {
    interruption.begin();
    interruption.stop();
    interruption.dispose();
  });
  const begun = deferred<Watch>();
  const work = command === 'verify' ? runVerify : run;
  const end = work(config, {
    input: process.stdin,
    output: dataOutput(process.stdout),
    events,
    interruption,
    defect: new AbortController().signal,
    onStuck: () => {},
    onBegin: () => {},
    onRunning: () => () => {},
    version: '1.2.3',
    ...more,
    onWatch(watch) {
      more.onWatch?.(watch);
      begun.resolve(watch);
    },
  });
  return { watch: await begun.promise, events, notices, states, interruption, end };
}
