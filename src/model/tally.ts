/** How many objects met which end. The same counters for one page, one run and one job, so that they can be added up. */
import type { Outcome } from './outcome.js';

export class Tally {
  stored = 0;
  skipped = 0;
  gone = 0;
  failed = 0;
  /** Bytes of the stored objects. */
  bytes = 0;
  /** Bytes of the objects that were there already. */
  skippedBytes = 0;
  /** Listed bytes of all settled objects, whatever became of them: the progress by bytes. */
  settledBytes = 0;
  /** Objects that --include and --exclude left out; they are not listed in the sense of the stats. */
  excluded = 0;
  /** Failed objects by error code. */
  codes: Record<string, number> = {};

  get settled(): number {
    return this.stored + this.skipped + this.gone + this.failed;
  }

  /** Enters the end of one object that was listed with that size. */
  settle(outcome: Outcome, listedBytes: number | undefined): void {
    this[outcome.status]++;
    this.settledBytes += listedBytes ?? 0;
    if (outcome.status === 'stored') this.bytes += outcome.bytes;
    else if (outcome.status === 'skipped' && !outcome.wouldStore) this.skippedBytes += outcome.bytes;
    else if (outcome.status === 'failed') this.codes[outcome.error.code] = (this.codes[outcome.error.code] ?? 0) + 1;
  }

  add(other: Tally): void {
    for (const name of COUNTERS) this[name] += other[name];
    for (const [code, count] of Object.entries(other.codes)) this.codes[code] = (this.codes[code] ?? 0) + count;
  }

  /** Takes back what was entered there. */
  subtract(other: Tally): void {
    for (const name of COUNTERS) this[name] -= other[name];
    for (const [code, count] of Object.entries(other.codes)) {
      const left = (this.codes[code] ?? 0) - count;
      if (left > 0) this.codes[code] = left;
      else delete this.codes[code];
    }
  }

  /** A copy: what is entered afterwards does not show in it. */
  toRow(): (number | Record<string, number>)[] {
    const numbers = COUNTERS.map((name) => this[name]);
    return this.failed > 0 ? [...numbers, { ...this.codes }] : numbers;
  }

  static fromRow(row: readonly unknown[]): Tally {
    const tally = new Tally();
    for (const [index, name] of COUNTERS.entries()) tally[name] = Number(row[index]);
    tally.codes = { ...(row[COUNTERS.length] as Record<string, number> | undefined) };
    return tally;
  }
}

const COUNTERS = [
  'stored',
  'skipped',
  'gone',
  'failed',
  'bytes',
  'skippedBytes',
  'settledBytes',
  'excluded',
] as const satisfies readonly (keyof Tally)[];
