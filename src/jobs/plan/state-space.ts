/** Reserves room for the state of a run: in the first folder, or beside the state of a `list`. */

import type { EventBus } from '../../events/bus.js';
import { megabytes } from '../../sinks/disks/free-space.js';
import { ReservedRoom } from '../../sinks/state/reserved-space.js';
import type { Config } from '../run-options.js';

/** Undefined for a command that keeps no state. The room sends one notice when it is used. */
export function openStateRoom(config: Config, events: Pick<EventBus, 'notice'>): ReservedRoom | undefined {
  const { command, state, to, isDryRun } = config;
  const place = command === 'list' ? state : to[0];
  if (place === undefined || isDryRun || config.queue?.role === 'list') return undefined;
  let isTold = false;
  const onTight = (leftBytes: number): void => {
    if (isTold) return;
    isTold = true;
    events.notice(
      'state-room',
      `the disk of ${place} is full: the state of the job goes on in the room that is set aside for it (${megabytes(leftBytes)})`,
    );
  };
  return command === 'list' ? new ReservedRoom(`${place}.reserve`, onTight) : ReservedRoom.of(place, onTight);
}
