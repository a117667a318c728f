/**
 * Holds the findings about the lines of an input until all lines are read. When two lines have the same key (an object
 * was replaced and recorded again), only the last one counts.
 */
import type { Writable } from 'node:stream';
import { TransferError } from '../../errors.js';
import type { Stats } from '../../events/stats.js';
import { written } from '../../lib/streams/written.js';
import type { RejectKind } from '../../model/batch.js';
import type { CheckedBy } from '../../model/digest.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { Finding } from '../../model/finding.js';
import type { Reason } from '../../model/reasons.js';
import { Tally } from '../../model/tally.js';

export interface HeldFindingsOptions {
  output: Writable;
  stats: Stats;
  /** What the content of an entry was compared by, if it was. */
  comparedBy: { get(entry: ObjectEntry): CheckedBy | undefined };
  lines: {
    add(key: string, line: number, value: number): void;
    settle(onReplaced: (value: number) => void): Promise<void>;
    isLast(key: string, line: number): boolean;
  };
  spool: { add(line: string): void; read(): AsyncIterable<string> };
  signal: AbortSignal;
}

/** The value of a line that differs. A line that is alike has its bytes as the value, and what it was compared by. */
const DIFFERENT = -1;
/** More than there are kinds of checks. */
const KINDS = 16;
/** A line without a key. */
const NO_LINE = -1;

const WRITTEN_CHARS = 64 * 1024;

/** The stats already count everything that comes here. */
export class HeldFindings {
  readonly #options: HeldFindingsOptions;
  /** Those that occurred; a value has the place of one, from 1. */
  readonly #kinds: CheckedBy[] = [];

  constructor(options: HeldFindingsOptions) {
    this.#options = options;
  }

  alike(entry: ObjectEntry, line: number): void {
    const { key, size = 0 } = entry;
    this.#options.lines.add(nameOf(key), line, size * KINDS + this.#kindOf(entry));
  }

  different({ entry, reason, kind, badLine }: Finding, line: number, text: string): void {
    const { lines, spool } = this.#options;
    const { key, size = 0 } = entry;
    const isNamed = badLine === undefined;
    if (isNamed) lines.add(nameOf(key, kind), line, DIFFERENT);
    spool.add(`${isNamed ? line : NO_LINE} ${reason} ${size} ${this.#kindOf(entry)} ${text}`);
  }

  /** Once, at the end: subtracts replaced lines from the stats, and prints the rest. */
  async publish(): Promise<void> {
    const { lines, spool, signal } = this.#options;
    let replaced = 0;
    await lines.settle((value) => {
      if (value === DIFFERENT) replaced++;
      else this.#subtractAlike(value);
    });
    let text = '';
    for await (const held of spool.read()) {
      signal.throwIfAborted();
      const [, number, reason, size, kind, line] = /^(\S+) (\S+) (\S+) (\S+) (.*)$/s.exec(held)!;
      if (replaced > 0 && !this.#isLast(Number(number), line!)) {
        this.#subtractDifferent(reason as Reason, Number(size), Number(kind));
        continue;
      }
      text += `${line}\n`;
      if (text.length < WRITTEN_CHARS) continue;
      await this.#print(text);
      text = '';
    }
    if (text !== '') await this.#print(text);
  }

  #isLast(number: number, line: string): boolean {
    if (number === NO_LINE) return true;
    const { key, type } = JSON.parse(line);
    return this.#options.lines.isLast(nameOf(key, type), number);
  }

  /** 0: its content was not compared. */
  #kindOf(entry: ObjectEntry): number {
    const by = this.#options.comparedBy.get(entry);
    if (by === undefined) return 0;
    const place = this.#kinds.indexOf(by);
    return place === -1 ? this.#kinds.push(by) : place + 1;
  }

  #tallyOf(kind: number): Tally {
    const tally = new Tally();
    if (kind > 0) tally.checkedBy(this.#kinds[kind - 1]!);
    return tally;
  }

  #subtractAlike(value: number): void {
    const size = Math.floor(value / KINDS);
    const tally = this.#tallyOf(value % KINDS);
    tally.settle({ status: 'skipped', bytes: size, volume: 0 }, size);
    this.#options.stats.subtractListed(tally);
  }

  #subtractDifferent(reason: Reason, size: number, kind: number): void {
    const { stats } = this.#options;
    const tally = this.#tallyOf(kind);
    tally.settle({ status: 'failed', error: new TransferError('ERR_DIFFERENT', reason) }, size);
    stats.subtractListed(tally);
    const left = (stats.reasons[reason] ?? 0) - 1;
    if (left > 0) stats.reasons[reason] = left;
    else delete stats.reasons[reason];
  }

  async #print(text: string): Promise<void> {
    await written(this.#options.output, text);
  }
}

/** A folder and an object may have the same name. */
function nameOf(key: string, kind?: RejectKind): string {
  return kind === undefined ? key : `${kind}\0${key}`;
}
