// What a run left behind, and the promises that every run has to keep.

import assert from 'node:assert/strict';
import { assertNoSecrets } from './secrets.js';

/** The last JSON line of a run, as the contract has it. */
export interface Summary {
  readonly event: 'summary';
  readonly listed: number;
  readonly stored: number;
  readonly skipped: number;
  readonly gone: number;
  readonly failed: number;
  readonly bytes: number;
  readonly seconds: number;
}

export interface JsonEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A line of a log: local time with its offset, the level, and the message. */
export const LOG_LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d (INFO |WARN |ERROR) /;
/** The commands that write a log; the others answer. */
const LOGGING = ['list', 'fetch', 'mirror', 'verify'];

const COUNTS = ['listed', 'stored', 'skipped', 'gone', 'failed', 'bytes', 'seconds'] as const;
const BALANCE = /([\d,]+) listed = ([\d,]+) stored \+ ([\d,]+) skipped \+ ([\d,]+) gone \+ ([\d,]+) failed/;

export interface CliFacts {
  readonly args: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class CliResult implements CliFacts {
  readonly args: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor({ args, code, signal, stdout, stderr }: CliFacts) {
    this.args = args;
    this.code = code;
    this.signal = signal;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  /** stderr of a `--json` run. */
  get events(): JsonEvent[] {
    return linesOf(this.stderr).map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new assert.AssertionError({ message: `not JSON on stderr: ${line}` });
      }
    });
  }

  /** stderr of a run without `--json`, without the time and the level of each line, which all have to have them. */
  get said(): string {
    return unstamped(this.stderr);
  }

  /** Of a `--json` run; its last line. */
  get summary(): Summary {
    const last = this.events.at(-1);
    assert.equal(last?.event, 'summary', `the last line is no summary: ${this.stderr}`);
    return last as unknown as Summary;
  }

  /** The outcomes alone, to be compared in one go. */
  get counts(): Pick<Summary, 'listed' | 'stored' | 'skipped' | 'gone' | 'failed'> {
    const { listed, stored, skipped, gone, failed } = this.summary;
    return { listed, stored, skipped, gone, failed };
  }

  /** What NDJSON on stdout says. */
  get lines(): Record<string, unknown>[] {
    return linesOf(this.stdout).map((line) => JSON.parse(line));
  }

  get keys(): unknown[] {
    return this.lines.map(({ key }) => key);
  }

  /** Shows stderr when it is another one. */
  expectExit(code: number): this {
    assert.equal(this.code, code, `exit code of: ${this.args.join(' ')}\nsignal: ${this.signal}\n${this.stderr}`);
    return this;
  }

  /** The promises. A run that was killed from outside has not made them all. */
  check(): void {
    assertNoSecrets(this.stderr, 'stderr');
    assertNoSecrets(this.stdout, 'stdout');
    if (this.signal !== null) return;
    // What these have to say is on stdout, or they have no summary.
    const others = ['status', 'dashboard', 'jobs', 'forget', 'remove', 'doctor'];
    const isAnswer = others.some((command) => this.args.includes(command));
    if (this.args.includes('--json') && !isAnswer) this.#checkJson();
    // Wrong usage is found before there is a log.
    else if (LOGGING.includes(this.args[0]!) && this.code !== 2 && !this.args.includes('--help')) void this.said;
    const balance = BALANCE.exec(this.stderr);
    if (balance) {
      const [listed, ...parts] = balance.slice(1).map((text) => Number(text.replaceAll(',', '')));
      assert.equal(sum(parts), listed, `the counts do not add up: ${this.stderr}`);
    }
  }

  #checkJson(): void {
    const events = this.events;
    for (const event of events) {
      assert.deepEqual(Object.keys(event).slice(0, 3), ['event', 'time', 'level'], this.stderr);
      assert.match(String(event.time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.match(String(event.level), /^(info|warn|error)$/);
    }
    // Wrong usage is found before there is a run.
    if (this.code === 2) return;
    const summary = this.summary;
    assert.equal(events.filter(({ event }) => event === 'summary').length, 1, 'one summary');
    for (const name of COUNTS) assert.equal(typeof summary[name], 'number', `summary has "${name}": ${this.stderr}`);
    const { listed, stored, skipped, gone, failed } = summary;
    assert.equal(stored + skipped + gone + failed, listed, `the counts do not add up: ${this.stderr}`);
  }
}

/** The lines of a log without their times and levels, which all of them have to have. */
export function unstamped(text: string): string {
  return linesOf(text)
    .map((line) => {
      assert.match(line, LOG_LINE, `a line without time and level:\n${text}`);
      return `${line.replace(LOG_LINE, '')}\n`;
    })
    .join('');
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(Boolean);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
