/** The progress of a shared job, as one JSON line and as text. */
import { jsonLine } from '../../events/reporters/json.js';
import { checksText } from '../../events/reporters/text.js';
import { localTimeOf } from '../../lib/text/local-time.js';
import { displayWidth, padToWidth } from '../../lib/text/width.js';
import type { CheckCounts } from '../../model/digest.js';
import { say } from '../../texts/say.js';

export interface SharedWorker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly role: string;
  /** `working`, `full`, `done` (the machine has left), or `lost` (no sign of it for a while). */
  readonly state: string;
  readonly lastSeenSeconds: number;
  readonly openParts: number;
  readonly objects: number;
  readonly bytes: number;
  readonly failed: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly volumes: readonly { path: string; freeBytes?: number; state: string }[];
}

/** The field names are a contract. */
export interface SharedStatus {
  readonly event: 'status';
  readonly job: string;
  /** `running`, `waiting` (no machine works on it, or no machine has room), or `complete`. */
  readonly state: 'running' | 'waiting' | 'complete';
  readonly source: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly createdAt: string;
  /** Batches (up to 1,000 objects each) that wait, that a machine holds, and that are done. */
  readonly pending: number;
  readonly leased: number;
  readonly done: number;
  /** Objects: listed so far, and the outcomes of the settled objects. */
  readonly listed: number;
  readonly isListingComplete: boolean;
  readonly stored: number;
  readonly skipped: number;
  readonly gone: number;
  readonly failed: number;
  /** Left out by the filters. Absent when zero. */
  readonly excluded?: number;
  readonly bytes: number;
  /** Stored objects by what they were checked by. Absent when nothing is known. */
  readonly checkedBy?: CheckCounts;
  readonly failuresByCode: Readonly<Record<string, number>>;
  readonly left: number;
  readonly leftBytes: number;
  readonly objectsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft?: number | undefined;
  /** Pages that wait for their listing, or are in it. */
  readonly openPages: number;
  /** Additional listing passes so far. */
  readonly audits: number;
  /** Messages in the job's streams that Sluice did not write. Absent when there are none. */
  readonly rejected?: number;
  readonly workers: readonly SharedWorker[];
}

export function sharedStatusJson(status: SharedStatus): string {
  const { event, ...fields } = status;
  return jsonLine(event, 'info', fields);
}

type Row = readonly [name: keyof typeof say.jobs.sharedStatus.rows, text: string];

export function sharedStatusLines(status: SharedStatus): string[] {
  const { job, source, state, createdAt, workers, audits, listed, isListingComplete } = status;
  const text = say.jobs.sharedStatus;
  const isComplete = state === 'complete';
  const rows: Row[] = [
    ['job', text.job(job, source)],
    ['state', text.state(text.states[state], localTimeOf(createdAt), audits)],
    ['listed', text.listed(listed, isListingComplete ? undefined : status.openPages)],
    ['batches', text.batches(status.pending, status.leased, status.done)],
    ['done', doneText(status)],
    ['checkedBy', checksText(status.checkedBy, status.stored)],
    ['failed', failedText(status)],
    ['left', isComplete ? text.nothingLeft : text.left(status.left, status.leftBytes, isListingComplete)],
    ['rate', isComplete ? '' : text.rate(status.objectsPerSecond, status.bytesPerSecond)],
    ['rejected', status.rejected === undefined ? '' : text.rejected(status.rejected, `sluice_${job}_rejected`)],
    ['timeLeft', status.secondsLeft === undefined ? '' : say.jobs.status.timeLeft(status.secondsLeft)],
    ...workers.flatMap(workerRows),
  ];
  const width = Math.max(...rows.map(([name]) => displayWidth(text.rows[name]))) + 2;
  return rows.filter(([, value]) => value !== '').map(([name, value]) => padToWidth(text.rows[name], width) + value);
}

function doneText({ stored, skipped, gone, failed, bytes }: SharedStatus): string {
  const sum = stored + skipped + gone + failed;
  return say.jobs.sharedStatus.done(say.jobs.status.done(sum, { stored, skipped, gone, failed }), bytes);
}

function failedText({ failuresByCode }: SharedStatus): string {
  const counts = Object.entries(failuresByCode).sort(([, one], [, other]) => other - one);
  return counts.length === 0 ? '' : say.jobs.sharedStatus.failed(say.jobs.status.codes(counts));
}

function workerRows(worker: SharedWorker): Row[] {
  const { name, role, state, objects, bytes, failed, lastSeenSeconds, openParts, volumes } = worker;
  const text = say.jobs.sharedStatus;
  const perSecond = state === 'working' ? worker.objectsPerSecond : undefined;
  const parts = {
    state: state === 'working' || state === 'done' ? '' : (text.workerStates[state] ?? state.toUpperCase()),
    seen: state === 'done' ? text.hasLeft : text.lastSeen(lastSeenSeconds),
    what: role === 'list' ? text.lists : text.work({ objects, bytes, failed, batches: openParts, perSecond }),
  };
  return [
    ['worker', text.worker(name, parts)],
    ...volumes.map(({ path, freeBytes, state: how }): Row => {
      const shown = how === 'in' ? '' : (text.volumeStates[how] ?? how.toUpperCase());
      return ['none', text.volume(path, freeBytes, shown)];
    }),
  ];
}
