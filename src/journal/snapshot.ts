/** Turns the whole state of a job into lines: the start of a journal. */
import type { JobState } from './job-state.js';
import type { AnyRecord, NoteRecord, SnapshotRecord } from './records.js';

/** Later changes of the state do not change the lines. `after` is the number of the last line that they include. */
export function snapshotOf(state: JobState, after: number): AnyRecord[] {
  const { id, identity, pass, startedAtMs, runs, activeMs, failuresBytes, found, foundBytes } = state;
  const { usageBytes, weights, volumeIds, checkpoints, volumes, storageIdentity, learnt, settled, partly } = state;
  const note: NoteRecord = {
    t: 'note',
    settled: [...settled.values()],
    partly: [...partly].map(([n, tally]) => [n, ...tally.toRow()]),
    activeMs,
  };
  return [
    { t: 'job', v: 1, id, identity, pass, startedAtMs, after },
    {
      t: 'totals',
      ...{ runs, activeMs, failuresBytes, found, foundBytes, volumes },
      checkpoints: [...checkpoints],
      tally: state.totals.toRow(),
      ...(usageBytes !== undefined && { usageBytes }),
      ...(weights !== undefined && { weights: [...weights] }),
      ...(volumeIds !== undefined && { volumeIds: [...volumeIds] }),
      ...(state.isFresh && { isFresh: true }),
      ...(storageIdentity !== undefined && { medium: storageIdentity }),
      ...(learnt !== undefined && { learnt }),
      lastFrame: state.frontier.lastFrame,
      lastPage: state.frontier.lastPage,
    },
    ...state.frontier.snapshot(),
    ...[...state.uncommitted.values()].map((page): SnapshotRecord => ({ t: 'open', page })),
    ...(settled.size + partly.size > 0 ? [note] : []),
    ...(state.isFinished ? [{ t: 'end', atMs: Date.now() } as const] : []),
    { t: 'ready', after, id },
  ];
}
