/** Reserves space for the state of a run: in the first folder, or beside the state of a `list`. */

import type { EventBus } from '../../events/bus.js';
import { ReservedSpace } from '../../sinks/state/reserved-space.js';
import { say } from '../../texts/say.js';
import type { Config } from '../run-options.js';

/** Undefined for a command that keeps no state. It sends one notice when it is used. */
export function openStateSpace(config: Config, events: Pick<EventBus, 'notice'>): ReservedSpace | undefined {
  const { command, state, to, isDryRun } = config;
  const place = command === 'list' ? state : to[0];
  if (place === undefined || isDryRun || config.queue?.role === 'list') return undefined;
  let isNotified = false;
  const onTight = (leftBytes: number): void => {
    if (isNotified) return;
    isNotified = true;
    events.notice('state-room', say.jobs.disk.stateFull(place, leftBytes));
  };
  return command === 'list' ? new ReservedSpace(`${place}.reserve`, onTight) : ReservedSpace.of(place, onTight);
}
