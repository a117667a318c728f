/** The use case of `doctor`: checks this machine, the queue, SOURCE and the disks. It changes nothing. */
import { type Check, warning } from './check.js';
import { checkDisks } from './disks/check-disks.js';
import type { DoctorConfig, Program } from './doctor-options.js';
import { checkMachine } from './machine.js';
import { runCheck } from './run-check.js';
import type { SourceFindings } from './source/check-source.js';

export interface DoctorOptions {
  readonly program: Program;
  readonly signal: AbortSignal;
  /** A disk hangs: a thread keeps the process alive. */
  readonly onStuck: () => void;
}

/** Each check as soon as it is known. Throws only when `signal` aborts. */
export async function* examine(
  config: DoctorConfig,
  { program, signal, onStuck }: DoctorOptions,
): AsyncGenerator<Check> {
  const { source, queue, to, warnings } = config;
  yield* warnings.map((text) => warning('options', text));
  yield* checkMachine(config, program);
  if (queue !== undefined) {
    const { checkQueue, QUEUE_LIMIT_MS } = await import('./queue.js');
    const run = () => checkQueue(queue, signal);
    yield* await runCheck({ check: 'queue', what: queue.servers.join(','), limitMs: QUEUE_LIMIT_MS, run }, signal);
  }
  let found: SourceFindings | undefined;
  if (source !== undefined) {
    const { checkSource } = await import('./source/check-source.js');
    found = yield* checkSource(source, { timeoutMs: config.timeoutMs, signal });
  }
  const origin = found && { source: found.url, variant: source?.facts.variant };
  if (to.length > 0) yield* checkDisks(config, { origin, usage: found?.usage, signal, onStuck });
}
