/** Ctrl-C: the first asks the run to finish what is in flight, the second ends it at once. */

export interface Interruption {
  /** Aborted by the first signal. */
  readonly draining: AbortSignal;
  /** Aborted by the second, or when finishing takes too long. */
  readonly stopped: AbortSignal;
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
  let timer: NodeJS.Timeout | undefined;

  function receive(): void {
    if (draining.signal.aborted) {
      stopped.abort(new Error('interrupted'));
      onSecond();
      return;
    }
    onFirst();
    draining.abort(new Error('interrupted'));
    timer = setTimeout(() => stopped.abort(new Error('interrupted')), graceMs);
    timer.unref();
  }

  process.on('SIGINT', receive).on('SIGTERM', receive);
  return {
    draining: draining.signal,
    stopped: stopped.signal,
    dispose() {
      clearTimeout(timer);
      process.off('SIGINT', receive).off('SIGTERM', receive);
    },
  };
}
