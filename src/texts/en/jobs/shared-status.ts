/** The answer of `sluice status --queue`: the names of its rows, and what they say. */
import { formatBytes, formatCount, formatSeconds } from '../../../lib/text/units.js';

export const sharedStatus = {
  rows: {
    job: 'job',
    state: 'state',
    listed: 'listed',
    batches: 'batches',
    done: 'done',
    checkedBy: 'checked by',
    failed: 'failed',
    left: 'left',
    rate: 'rate',
    rejected: 'rejected',
    timeLeft: 'time left',
    worker: 'worker',
    none: '',
  },
  job: (job: string, source: string): string => `${job}: ${source}`,
  states: {
    running: 'running',
    waiting: 'waiting: no machine works on it, or none has space',
    complete: 'complete',
  },
  state: (state: string, begun: string, audits: number): string =>
    `${state}, begun ${begun}${audits > 0 ? `, listed again ${audits} times` : ''}`,
  /** `openPages`: undefined when the listing is complete. */
  listed: (count: number, openPages: number | undefined): string =>
    `${formatCount(count)} objects${openPages === undefined ? '' : ` so far, ${formatCount(openPages)} pages are open`}`,
  batches: (pending: number, leased: number, done: number): string =>
    `${formatCount(pending)} pending, ${formatCount(leased)} leased, ${formatCount(done)} done`,
  done: (counts: string, bytes: number): string => `${counts}; ${formatBytes(bytes)}`,
  failed: (codes: string): string => `${codes} (what a fetch has fixed since still counts here)`,
  nothingLeft: 'nothing',
  left: (count: number, bytes: number, isAll: boolean): string =>
    `${formatCount(count)} objects${isAll ? '' : ' of those listed'}, ${formatBytes(bytes)}`,
  rate: (objects: number, bytes: number): string => `${formatCount(objects)} objects/s, ${formatBytes(bytes)}/s`,
  rejected: (count: number, stream: string): string =>
    `${formatCount(count)} messages that were not written by Sluice, kept in the stream ${stream}`,
  workerStates: { full: 'FULL', lost: 'LOST' } as Record<string, string>,
  worker: (name: string, parts: { state: string; seen: string; what: string }): string =>
    `${name}: ${parts.state === '' ? '' : `${parts.state}, `}${parts.seen}; ${parts.what}`,
  hasLeft: 'has left',
  lastSeen: (seconds: number): string => `last seen ${formatSeconds(seconds)} ago`,
  lists: 'lists',
  /** `perSecond`: undefined while it does not work. */
  work: (values: {
    objects: number;
    bytes: number;
    failed: number;
    batches: number;
    perSecond: number | undefined;
  }): string =>
    `${formatCount(values.objects)} objects, ${formatBytes(values.bytes)}` +
    `${values.failed > 0 ? `, ${formatCount(values.failed)} failed` : ''}, ${formatCount(values.batches)} batches under way` +
    `${values.perSecond === undefined ? '' : `, ${formatCount(values.perSecond)} objects/s`}`,
  volumeStates: { full: 'FULL', out: 'OUT' } as Record<string, string>,
  volume: (path: string, freeBytes: number | undefined, state: string): string =>
    `  ${path}: ${freeBytes === undefined ? 'free space unknown' : `${formatBytes(freeBytes)} free`}${state === '' ? '' : `, ${state}`}`,
};
