/** The progress of a shared job, as one JSON line and as text. */
import { formatBytes, formatCount, formatSeconds } from '../../events/units.js';

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
  readonly bytes: number;
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
  return JSON.stringify(status);
}

export function sharedStatusLines(status: SharedStatus): string[] {
  const { job, source, state, createdAt, workers, audits } = status;
  const rows: [string, string][] = [
    ['job', `${job}: ${source}`],
    ['state', `${stateText(state)}, begun ${createdAt}${audits > 0 ? `, listed again ${audits} times` : ''}`],
    [
      'listed',
      `${formatCount(status.listed)} objects${status.isListingComplete ? '' : ` so far, ${formatCount(status.openPages)} pages are open`}`,
    ],
    [
      'batches',
      `${formatCount(status.pending)} pending, ${formatCount(status.leased)} leased, ${formatCount(status.done)} done`,
    ],
    ['done', doneText(status)],
    ['failed', failedText(status)],
    [
      'left',
      state === 'complete'
        ? 'nothing'
        : `${formatCount(status.left)} objects${status.isListingComplete ? '' : ' of those listed'}, ${formatBytes(status.leftBytes)}`,
    ],
    [
      'rate',
      state === 'complete'
        ? ''
        : `${formatCount(status.objectsPerSecond)} objects/s, ${formatBytes(status.bytesPerSecond)}/s`,
    ],
    [
      'rejected',
      status.rejected === undefined
        ? ''
        : `${formatCount(status.rejected)} messages that were not written by Sluice, kept in the stream sluice_${job}_rejected`,
    ],
    ['time left', status.secondsLeft === undefined ? '' : `about ${formatSeconds(status.secondsLeft)}`],
    ...workers.flatMap(workerRows),
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.filter(([, text]) => text !== '').map(([name, text]) => `${name.padEnd(width)}${text}`);
}

function stateText(state: SharedStatus['state']): string {
  return state === 'waiting' ? 'waiting: no machine works on it, or none has space' : state;
}

function doneText({ stored, skipped, gone, failed, bytes }: SharedStatus): string {
  const sum = stored + skipped + gone + failed;
  const parts = [
    `${formatCount(stored)} stored`,
    `${formatCount(skipped)} skipped`,
    `${formatCount(gone)} gone`,
    `${formatCount(failed)} failed`,
  ];
  return `${formatCount(sum)} = ${parts.join(' + ')}; ${formatBytes(bytes)}`;
}

function failedText({ failuresByCode }: SharedStatus): string {
  const counts = Object.entries(failuresByCode)
    .sort(([, one], [, other]) => other - one)
    .map(([code, count]) => `${formatCount(count)} ${code}`);
  return counts.length === 0 ? '' : `${counts.join(', ')} (what a fetch has fixed since still counts here)`;
}

function workerRows(worker: SharedWorker): [string, string][] {
  const { name, role, state, objects, bytes, failed, lastSeenSeconds, openParts, volumes } = worker;
  const seen = state === 'done' ? 'has left' : `last seen ${formatSeconds(lastSeenSeconds)} ago`;
  const pace = state === 'working' ? `, ${formatCount(worker.objectsPerSecond)} objects/s` : '';
  const shown = state === 'working' || state === 'done' ? '' : `${state.toUpperCase()}, `;
  const what =
    role === 'list'
      ? 'lists'
      : `${formatCount(objects)} objects, ${formatBytes(bytes)}${failed > 0 ? `, ${formatCount(failed)} failed` : ''}, ${formatCount(openParts)} batches under way${pace}`;
  return [
    ['worker', `${name}: ${shown}${seen}; ${what}`],
    ...volumes.map(({ path, freeBytes, state: how }): [string, string] => [
      '',
      `  ${path}: ${freeBytes === undefined ? 'free space unknown' : `${formatBytes(freeBytes)} free`}${how === 'in' ? '' : `, ${how.toUpperCase()}`}`,
    ]),
  ];
}
