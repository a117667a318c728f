/** After the first Ctrl-C a run finishes what is in flight. When nothing is in flight, it does not wait. */
import type { Stats } from '../../events/stats.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { contactOf } from '../../sources/capabilities.js';
import type { Source } from '../../sources/source.js';
import type { Interruption } from '../interruption.js';

const LOOK_MS = 50;
/** Between two requests there is a moment without a request. */
const IDLE_LOOKS = 3;

export interface HurryOptions {
  interruption: Interruption;
  source: Source;
  stats: Pick<Stats, 'outages'>;
  volumes: () => Pick<Volumes, 'activity'> | undefined;
  /** The queue of a shared job does not answer (yet). */
  isQueueAway: () => boolean;
}

/** Runs until the caller calls the returned function. */
export function hurryWhenIdle({ interruption, source, stats, volumes, isQueueAway }: HurryOptions): () => void {
  let timer: NodeJS.Timeout | undefined;
  let idleLooks = 0;
  const isDown = () => stats.outages.size > 0;
  // A request to a server that does not answer (any more) is not worth waiting for.
  const isMoving = () =>
    (!isDown() && (source.connections?.moving() ?? 0) > 0) ||
    (volumes()?.activity() ?? []).some(({ waiting }) => waiting > 0);
  const isSilent = () =>
    (['listings', 'objects'] as const).some((of) => {
      const { sinceMs, hasAnswered } = contactOf(source, of).contact;
      return sinceMs !== undefined && !hasAnswered;
    });

  function look(): void {
    idleLooks = isMoving() ? 0 : idleLooks + 1;
    if (idleLooks < IDLE_LOOKS) return;
    interruption.hasten();
    if (isDown() || isSilent() || isQueueAway()) interruption.stop();
  }

  const begin = () => {
    timer = setInterval(look, LOOK_MS);
  };
  if (interruption.draining.aborted) begin();
  interruption.draining.addEventListener('abort', begin, { once: true });
  return () => {
    interruption.draining.removeEventListener('abort', begin);
    clearInterval(timer);
  };
}
