/** How a run is told to end: first to finish what is in flight, then at once. */

export interface Interruption {
  /** Aborted first: nothing new is begun. */
  readonly draining: AbortSignal;
  /** Aborted a while later: what could be finished is finished by then. */
  readonly late: AbortSignal;
  /** Aborted when finishing takes too long, or when it is not wanted. */
  readonly stopped: AbortSignal;
  /** What could be finished is: `late` needs no more time. */
  hasten(): void;
  /** Finishing is not waited for any more. */
  stop(): void;
  /** Begins it. Does nothing when it has begun. */
  begin(): void;
  /** The run has ended. */
  dispose(): void;
}

export interface InterruptionOptions {
  /** How long finishing may take. */
  graceMs: number;
  /** Called when it begins. */
  onBegin?: () => void;
}

export function createInterruption({ graceMs, onBegin }: InterruptionOptions): Interruption {
  const draining = new AbortController();
  const stopped = new AbortController();
  const late = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const abort = (controller: AbortController) => controller.abort(new Error('interrupted'));
  return {
    draining: draining.signal,
    late: late.signal,
    stopped: stopped.signal,
    begin() {
      if (draining.signal.aborted) return;
      onBegin?.();
      abort(draining);
      timers.push(
        setTimeout(() => abort(late), graceMs / 2).unref(),
        setTimeout(() => abort(stopped), graceMs).unref(),
      );
    },
    hasten: () => abort(late),
    stop: () => abort(stopped),
    dispose() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
