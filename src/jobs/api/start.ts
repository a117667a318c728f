/** Starts a run for a program: no signal handlers, no output on stdout or stderr, no exit of the process. */
import { Readable, Writable } from 'node:stream';
import { EventBus } from '../../events/bus.js';
import { emitProgress } from '../../events/progress-events.js';
import type { Summary } from '../../events/stats.js';
import { closeAll } from '../../lib/waiting/close-all.js';
import type { Sink } from '../../sinks/sink.js';
import { ownSource } from '../../sources/own-source.js';
import type { Source } from '../../sources/source.js';
import { createInterruption } from '../interruption.js';
import { arrange } from '../plan/roots.js';
import { type RunEnd, type RunIo, summaryOf } from '../run/run-io.js';
import type { Config } from '../run-options.js';
import { nothingCompared } from '../verify/nothing-compared.js';
import { createJob, type Job } from './job.js';
import { Remote } from './remote.js';
import { versionOfPackage } from './version.js';

export interface StartOptions {
  config: Config;
  /** Replaces the source that the config names. */
  source: Source | undefined;
  /** Replaces the disks. */
  sink?: Sink | undefined;
  signal: AbortSignal | undefined;
  work: (config: Config, io: RunIo) => Promise<RunEnd>;
  /** Lines to read. */
  input?: AsyncIterable<string>;
}

const NOTHING: Summary = {
  event: 'summary',
  listed: 0,
  stored: 0,
  skipped: 0,
  gone: 0,
  failed: 0,
  bytes: 0,
  seconds: 0,
};

export function start({ config, source, sink, signal, work, input }: StartOptions): Job {
  const events = new EventBus();
  const interruption = createInterruption({ graceMs: config.timeoutMs });
  const remote = new Remote();
  let snapshot = (): Summary => NOTHING;
  // Does the same as a second Ctrl-C.
  const abort = () => {
    interruption.begin();
    interruption.stop();
  };

  async function run(): Promise<Summary> {
    if (signal?.aborted) {
      // The job has an end all the same, and its end closes what it was given.
      await closeAll([source, sink]);
      throw signal.reason;
    }
    signal?.addEventListener('abort', abort, { once: true });
    const endProgress = emitProgress(events);
    try {
      const end = await work(await arrange(config), {
        input: Readable.from(input ?? [], { objectMode: false }),
        output: nowhere(),
        events,
        interruption,
        defect: new AbortController().signal,
        onStuck: () => {},
        onBegin: (summary) => {
          snapshot = summary;
        },
        onRunning: () => () => {},
        onWatch: remote.attach,
        version: versionOfPackage(),
        isHistoryKept: false,
        ...(source && { source: ownSource(source) }),
        ...(sink && { sink }),
      });
      signal?.throwIfAborted();
      const failure = end.failure ?? (end.isInterrupted ? undefined : nothingCompared(config, end.stats));
      if (failure !== undefined) throw failure;
      const summary = summaryOf(end);
      void events.emit({ type: 'summary', summary });
      return summary;
    } finally {
      endProgress();
      interruption.dispose();
      signal?.removeEventListener('abort', abort);
    }
  }

  return createJob({ events, run, stop: () => interruption.begin(), snapshot: () => snapshot(), remote });
}

/** A program gets events instead of lines. */
function nowhere(): Writable {
  return new Writable({ write: (_text, _encoding, done) => done() });
}
