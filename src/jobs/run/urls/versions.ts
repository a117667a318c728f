/** What a run of a list of URLs notes of each object, so that the next one fetches only what has changed. */
import { join } from 'node:path';
import type { EventBus } from '../../../events/bus.js';
import { KnownUrls } from '../../../journal/urls/known-urls.js';
import { STATE_FOLDER } from '../../../model/key.js';
import { storageIdentityOf } from '../../../sinks/disks/storage-identity.js';
import type { ReservedSpace } from '../../../sinks/state/reserved-space.js';
import type { Config } from '../../run-options.js';

export interface VersionsOptions {
  readonly events: Pick<EventBus, 'onRecord'>;
  readonly reserved: ReservedSpace | undefined;
  /** Aborts when the rest of the list is not read. */
  readonly takingUntil: AbortSignal;
  readonly draining: AbortSignal;
}

/** Does the work with the notes of the first folder. `work` flushes the disks at its end. */
export async function withVersions(
  { to, isRestart }: Pick<Config, 'to' | 'isRestart'>,
  { events, reserved, takingUntil, draining }: VersionsOptions,
  work: (versions: KnownUrls) => Promise<void>,
): Promise<void> {
  const path = join(to[0]!, STATE_FOLDER, 'urls');
  const storage = storageIdentityOf(to);
  const versions = KnownUrls.open(path, { storage, isRestart, giveWay: reserved?.giveWayFor(path) });
  events.onRecord((entry, _batch, outcome) => {
    if (outcome.status === 'skipped' && outcome.isConfirmed) versions.confirmed(entry);
    if (outcome.status !== 'stored' || outcome.mtimeMs === undefined) return undefined;
    const { bytes: size, mtimeMs, md5, validators } = outcome;
    versions.stored(entry, { size, mtimeMs, md5, ...validators });
    return undefined;
  });
  try {
    await work(versions);
    versions.flushed({ isDone: !takingUntil.aborted && !draining.aborted });
  } finally {
    versions.close();
  }
}
