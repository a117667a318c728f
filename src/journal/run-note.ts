/**
 * A note of a run beside its journal: what the run waits for, and how it ended. Only `status` reads it, and a failure
 * to write it does not end the run. Written when it changes, at most every two seconds.
 */
import { readFileSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { replaceFile } from '../lib/files/replace-file.js';
import { within } from '../lib/waiting/within.js';

export interface Wait {
  /** The server does not answer; it has banned us; it asks to slow down; a limit of the user holds; nothing moves. */
  readonly what: 'outage' | 'ban' | 'throttle' | 'limit' | 'silence';
  /** `listings`, `objects` or `bytes`. */
  readonly of?: string;
  /** ISO 8601. */
  readonly since: string;
  /** If known. */
  readonly until?: string;
}

export type RunEnd = 'finished' | 'interrupted' | 'failed';

export interface RunRecord {
  readonly pid: number;
  readonly startedAt: string;
  /** The job and the number of its run, if it has a job. */
  readonly job?: string | undefined;
  readonly run?: number | undefined;
  readonly waits: readonly Wait[];
  /** What a screen shows of the run while it works: only `status` knows its form. */
  readonly live?: object | undefined;
  /** The run must end. It may be killed before it can write more. */
  readonly isInterrupted?: boolean;
  readonly endedAt?: string;
  readonly end?: RunEnd;
  /** Only when the run failed. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

const LOOK_MS = 1_000;
const LEAST_PAUSE_MS = 2_000;
/** A disk that does not answer must not delay the end. */
const END_TIMEOUT_MS = 2_000;

export class RunNote {
  readonly #path: string;
  #record: RunRecord;
  #written = '';
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(path: string, record: RunRecord) {
    this.#path = path;
    this.#record = record;
  }

  /** The folder of `path` must exist. */
  static begin(path: string, about: Pick<RunRecord, 'job' | 'run'>): RunNote {
    const note = new RunNote(path, { pid: process.pid, startedAt: new Date().toISOString(), ...about, waits: [] });
    void note.#write();
    return note;
  }

  /** ISO 8601. */
  get startedAt(): string {
    return this.#record.startedAt;
  }

  /** Checks regularly what the run waits for, and what it shows of itself. */
  follow(read: () => Pick<RunRecord, 'waits' | 'live'>): void {
    this.#timer = setInterval(() => {
      this.#record = { ...this.#record, ...read() };
      if (performance.now() - this.#writtenAtMs >= LEAST_PAUSE_MS) void this.#write();
    }, LOOK_MS);
    this.#timer.unref();
  }

  /** Notes that the run must end. */
  interrupt(): void {
    this.#record = { ...this.#record, isInterrupted: true };
    void this.#write();
  }

  /** Writes the final note. */
  async end(end: RunEnd, failure: { code: string; message: string } | undefined): Promise<void> {
    clearInterval(this.#timer);
    const { code, message } = failure ?? {};
    const said = message?.slice(0, MESSAGE_CHARS);
    this.#record = {
      ...this.#record,
      waits: [],
      live: undefined,
      endedAt: new Date().toISOString(),
      end,
      code,
      message: said,
    };
    const last = (async () => {
      await this.#writing;
      await this.#write();
    })();
    await within(END_TIMEOUT_MS, last, () => {});
  }

  #write(): Promise<void> | undefined {
    const text = JSON.stringify(this.#record);
    if (text === this.#written || this.#writing !== undefined) return this.#writing;
    this.#writtenAtMs = performance.now();
    this.#writing = replace(this.#path, text).then(
      () => {
        this.#written = text;
        this.#writing = undefined;
      },
      () => {
        this.#writing = undefined;
      },
    );
    return this.#writing;
  }
}

/** Replaces the file completely or not. On a full disk it overwrites the file in place. */
async function replace(path: string, text: string): Promise<void> {
  const line = `${text.padEnd(ROOM_BYTES - 1)}\n`;
  try {
    await replaceFile(path, line);
  } catch {
    const file = await open(path, 'r+');
    try {
      await file.write(line, 0);
      await file.truncate(Buffer.byteLength(line));
    } finally {
      await file.close();
    }
  }
}

/** One block of a disk: text within it needs no new block. */
const ROOM_BYTES = 4_096;
const MESSAGE_CHARS = 1_000;

const LIMIT_BYTES = 64 * 1024;

/** Undefined when there is no note (older builds) or an invalid one. */
export function readRunNote(path: string): RunRecord | undefined {
  try {
    if (statSync(path).size > LIMIT_BYTES) return undefined;
    const record = JSON.parse(readFileSync(path, 'utf8'));
    const { pid, startedAt, waits, end } = record;
    const isOne = Number.isInteger(pid) && isTime(startedAt) && Array.isArray(waits) && waits.every(isWait);
    return isOne && (end === undefined || isTime(record.endedAt)) ? record : undefined;
  } catch {
    return undefined;
  }
}

function isWait(wait: unknown): boolean {
  const { what, since } = (wait ?? {}) as Partial<Wait>;
  return typeof what === 'string' && isTime(since);
}

function isTime(text: unknown): boolean {
  return typeof text === 'string' && !Number.isNaN(Date.parse(text));
}
