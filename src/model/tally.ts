/** Counts objects by outcome. A page, a run and a job use the same counters, so that they can be added. */
import type { CheckCounts, CheckedBy } from './digest.js';
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
  /** Stored objects by what they were checked by, as far as the run that stored them noted it. */
  checked: CheckCounts = {};

  get settled(): number {
    return this.stored + this.skipped + this.gone + this.failed;
  }

  /** Counts the outcome of one object with this listed size. */
  settle(outcome: Outcome, listedBytes: number | undefined): void {
    this[outcome.status]++;
    this.settledBytes += listedBytes ?? 0;
    if (outcome.status === 'stored') {
      this.bytes += outcome.bytes;
      if (outcome.checkedBy !== undefined) this.checkedBy(outcome.checkedBy);
    } else if (outcome.status === 'skipped' && !outcome.wouldStore) this.skippedBytes += outcome.bytes;
    else if (outcome.status === 'failed') this.codes[outcome.error.code] = (this.codes[outcome.error.code] ?? 0) + 1;
  }

  checkedBy(kind: CheckedBy): void {
    this.checked[kind] = (this.checked[kind] ?? 0) + 1;
  }

  add(other: Tally): void {
    for (const name of COUNTERS) this[name] += other[name];
    for (const [code, count] of Object.entries(other.codes)) this.codes[code] = (this.codes[code] ?? 0) + count;
    for (const [kind, count] of Object.entries(other.checked) as [CheckedBy, number][])
      this.checked[kind] = (this.checked[kind] ?? 0) + count;
  }

  /** Subtracts what `other` counted. */
  subtract(other: Tally): void {
    for (const name of COUNTERS) this[name] -= other[name];
    subtractEach(this.codes, other.codes);
    subtractEach(this.checked, other.checked);
  }

  /** A copy: later counts do not change it. The codes are left out where nothing follows them. */
  toRow(): (number | Record<string, number>)[] {
    const numbers = COUNTERS.map((name) => this[name]);
    if (Object.keys(this.checked).length > 0) return [...numbers, { ...this.codes }, { ...this.checked }];
    return this.failed > 0 ? [...numbers, { ...this.codes }] : numbers;
  }

  static fromRow(row: readonly unknown[]): Tally {
    const tally = new Tally();
    for (const [index, name] of COUNTERS.entries()) tally[name] = Number(row[index]);
    tally.codes = { ...(row[COUNTERS.length] as Record<string, number> | undefined) };
    tally.checked = { ...(row[COUNTERS.length + 1] as CheckCounts | undefined) };
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

function subtractEach(counts: Record<string, number>, other: Record<string, number>): void {
  for (const [name, count] of Object.entries(other)) {
    const left = (counts[name] ?? 0) - count;
    if (left > 0) counts[name] = left;
    else delete counts[name];
  }
}
