/** What listens to the end of the objects of a copy: lists of failures and of stored objects, counts, programs. */

import type { Batch, RejectKind } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import type { Outcome } from '../model/outcome.js';
import { isEarlier } from '../model/page-progress.js';
import type { EventBus, OutcomeListener } from './bus.js';
import type { ObjectEvent } from './event.js';
import { failureLine } from './lists/failures.js';
import { goneLine } from './lists/gone.js';
import type { Manifest } from './lists/manifest.js';

/** Records objects that failed or are gone. A promise means that the disk is behind. */
export interface FailureRecorder {
  record(line: string, batch: Batch | undefined): Promise<void> | undefined;
}

/** Records the results of objects that failed in an earlier run. */
export interface RetryRecorder {
  settled(entry: ObjectEntry, outcome: Outcome, kind: RejectKind | undefined): void;
  /** A folder that an earlier run could not list is listed now. */
  readonly folderBegun: (folder: string) => void;
}

export interface OutcomeListeners {
  /** Undefined on a dry run. */
  failures: FailureRecorder | undefined;
  /** Records stored objects, if given. */
  manifest?: Manifest | undefined;
  /** Called for each settled object, when earlier failures are tried again. */
  retried?: RetryRecorder | undefined;
  /** Folders by volume. */
  roots: readonly string[];
}

/** Connects all listeners of a copy but the counts, which are connected when they are made. */
export function listenToOutcomes(events: EventBus, { failures, manifest, retried, roots }: OutcomeListeners): void {
  events.onRecord(failureEvents(events));
  if (failures !== undefined) events.onRecord(failureLines(failures));
  if (manifest !== undefined) events.onRecord(manifestLines(manifest, roots));
  if (retried !== undefined)
    events.onRecord((entry, _batch, outcome, _attempts, kind) => void retried.settled(entry, outcome, kind));
  events.onOutcome((entry, _batch, outcome) =>
    events.listens('object') ? events.emit(objectEvent(entry.key, outcome, roots)) : undefined,
  );
}

/** Reports each failed object to the user. */
function failureEvents(events: EventBus): OutcomeListener {
  return ({ key }, _batch, outcome, attempts) =>
    outcome.status === 'failed' ? events.emit({ type: 'failure', key, error: outcome.error, attempts }) : undefined;
}

/** Writes one line for each object that failed, or is gone. */
function failureLines(failures: FailureRecorder): OutcomeListener {
  return (entry, batch, outcome, attempts, kind) => {
    if (outcome.status === 'failed') return failures.record(failureLine(entry, outcome.error, attempts, kind), batch);
    if (outcome.status === 'gone' && outcome.error) return failures.record(goneLine(entry, outcome.error, kind), batch);
    return undefined;
  };
}

function manifestLines(manifest: Manifest, roots: readonly string[]): OutcomeListener {
  return (entry, batch, outcome) => {
    if (outcome.status === 'stored') {
      const { bytes: size, mtimeMs, etag, md5, volume, path, checkedBy } = outcome;
      return manifest.record({ key: entry.key, size, mtimeMs, etag, md5, volume: roots[volume]!, path, checkedBy });
    }
    // The run that stored it may have been killed before it recorded that.
    if (outcome.status !== 'skipped' || outcome.volume < 0 || !isEarlier(batch?.page)) return undefined;
    const { bytes: size, mtimeMs = entry.mtimeMs, md5 = entry.md5, path } = outcome;
    const volume = roots[outcome.volume]!;
    const other = path === entry.key ? undefined : path;
    return manifest.record({ key: entry.key, size, mtimeMs, etag: entry.etag, md5, volume, path: other });
  };
}

function objectEvent(key: string, outcome: Outcome, roots: readonly string[]): ObjectEvent {
  const { status } = outcome;
  if (status === 'failed') return { type: 'object', key, status, error: outcome.error };
  if (status === 'gone') return { type: 'object', key, status };
  const { bytes, volume, path } = outcome;
  const checked = status === 'stored' && outcome.checkedBy !== undefined && { checkedBy: outcome.checkedBy };
  const place = { ...(volume >= 0 && { volume: roots[volume]! }), ...(path !== undefined && { path }) };
  return { type: 'object', key, status, bytes, ...place, ...checked };
}
