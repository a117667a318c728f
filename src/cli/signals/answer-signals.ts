/**
 * Signals that a run answers while it works. SIGUSR2 (on a Mac also Ctrl-T) prints a snapshot; SIGHUP reads new limits.
 */
import { constants } from 'node:os';
import type { EventBus } from '../../events/bus.js';
import type { Running } from '../../jobs/run/run-io.js';
import { type Reread, rereadAtHangups } from './reread.js';

/** Runs until the caller calls the returned function. */
export function answerSignals(
  { snapshot, limits }: Running,
  { events, reread }: { events: EventBus; reread: Reread | undefined },
): () => void {
  const show = () => void events.emit({ type: 'snapshot', sections: snapshot() });
  const signals = (['SIGUSR2', 'SIGINFO'] as const).filter((name) => name in constants.signals);
  for (const name of signals) process.on(name, show);
  const endReread = rereadAtHangups(reread, { limits, events });
  return () => {
    for (const name of signals) process.off(name, show);
    endReread();
  };
}
