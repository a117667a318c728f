/** Ctrl-C: the first asks the run to finish what is in flight, the second ends it at once. */

export interface Interruption {
  /** Aborted by the first signal. */
  readonly draining: AbortSignal;
  /** Aborted a while after the first: whoever could finish what he had begun has done it. */
  readonly late: AbortSignal;
  /** Aborted by the second, or when finishing takes too long. */
  readonly stopped: AbortSignal;
  /** What could be finished is: `late` needs no more time. */
  hasten(): void;
  /** Finishing has taken too long. */
  stop(): void;
  /** As the first signal does. Says and does nothing when there was one. */
  begin(): void;
  dispose(): void;
}

export interface InterruptionOptions {
  /** How long finishing may take. */
  graceMs: number;
  onFirst: () => void;
  /** The second signal: nothing may be waited for any more. */
  onSecond: () => void;
}

export function listenForSignals({ graceMs, onFirst, onSecond }: InterruptionOptions): Interruption {
  const draining = new AbortController();
  const stopped = new AbortController();
  const late = new AbortController();
  const timers: NodeJS.Timeout[] = [];

  function receive(): void {
    if (!draining.signal.aborted) {
      begin();
      return;
    }
    stopped.abort(new Error('interrupted'));
    onSecond();
  }

  function begin(): void {
    if (draining.signal.aborted) return;
    onFirst();
    draining.abort(new Error('interrupted'));
    timers.push(
      setTimeout(() => late.abort(new Error('interrupted')), graceMs / 2).unref(),
      setTimeout(() => stopped.abort(new Error('interrupted')), graceMs).unref(),
    );
  }

  process.on('SIGINT', receive).on('SIGTERM', receive);
  return {
    draining: draining.signal,
    late: late.signal,
    stopped: stopped.signal,
    begin,
    hasten: () => late.abort(new Error('interrupted')),
    stop: () => stopped.abort(new Error('interrupted')),
    dispose() {
      for (const timer of timers) clearTimeout(timer);
      process.off('SIGINT', receive).off('SIGTERM', receive);
    },
  };
}
