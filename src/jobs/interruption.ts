/** How a run is asked to end: first it finishes what is in flight, then it stops at once. */

export interface Interruption {
  /** Aborts first: the run starts nothing new. */
  readonly draining: AbortSignal;
  /** Aborts later: the run must have finished what it can by then. */
  readonly drainUntil: AbortSignal;
  /** Aborts when finishing takes too long, or when the user does not want to wait. */
  readonly stopped: AbortSignal;
  /** The run has finished what it can: aborts `drainUntil` now. */
  hasten(): void;
  /** Do not wait for the finish any more. */
  stop(): void;
  /** Starts the interruption. A second call does nothing. */
  begin(): void;
  /** The run has ended. */
  dispose(): void;
}

export interface InterruptionOptions {
  /** Maximum time for the finish, in milliseconds. */
  graceMs: number;
  /** Called when the interruption starts. */
  onBegin?: () => void;
}

export function createInterruption({ graceMs, onBegin }: InterruptionOptions): Interruption {
  const draining = new AbortController();
  const stopped = new AbortController();
  const drainUntil = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const abort = (controller: AbortController) => controller.abort(new Error('interrupted'));
  return {
    draining: draining.signal,
    drainUntil: drainUntil.signal,
    stopped: stopped.signal,
    begin() {
      if (draining.signal.aborted) return;
      onBegin?.();
      abort(draining);
      timers.push(
        setTimeout(() => abort(drainUntil), graceMs / 2).unref(),
        setTimeout(() => abort(stopped), graceMs).unref(),
      );
    },
    hasten: () => abort(drainUntil),
    stop: () => abort(stopped),
    dispose() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
