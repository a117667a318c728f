/** Counts objects by outcome. A page, a run and a job use the same counters, so that they can be added. */
import type { Outcome } from './outcome.js';

export class Tally {
  stored = 0;
  skipped = 0;
  gone = 0;
  failed = 0;
  /** Bytes of the stored objects. */
  bytes = 0;
  /** Bytes of the objects that existed already. */
  skippedBytes = 0;
  /** Listed bytes of all settled objects, for any outcome: the progress in bytes. */
  settledBytes = 0;
  /** Objects that --include and --exclude left out; the stats do not count them as listed. */
  excluded = 0;
  /** Failed objects by error code. */
  codes: Record<string, number> = {};

  get settled(): number {
    return this.stored + this.skipped + this.gone + this.failed;
  }

  /** Counts the outcome of one object with this listed size. */
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

  /** Subtracts what `other` counted. */
  subtract(other: Tally): void {
    for (const name of COUNTERS) this[name] -= other[name];
    for (const [code, count] of Object.entries(other.codes)) {
      const left = (this.codes[code] ?? 0) - count;
      if (left > 0) this.codes[code] = left;
      else delete this.codes[code];
    }
  }

  /** A copy: later counts do not change it. */
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
