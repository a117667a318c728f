/**
 * Keeps the history of a folder across runs: a line for each minute. It is a help for people, and nothing depends on it: what
 * is damaged in it is left out, and an error of the disk is no error of the run. No link is followed, and only a bounded
 * part of a file is ever read.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { readTail } from '../../lib/files/tail.js';
import { HEALTH_STATES } from '../health/health.js';
import type { HistoryPoint } from '../picture/watch.js';
import { DAY_POINTS } from './history.js';

/** In the state folder of the first disk. */
export const HISTORY_FILE = 'history.ndjson';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
/** A pipe must not make us wait. */
const SAFELY = O_NOFOLLOW | O_NONBLOCK;
/** A day of lines has about 250 kB. From this size on the file begins again with the last day. */
const MOST_BYTES = 1024 * 1024;
const DAY_MS = 86_400_000;
/** Clocks of machines that share a disk differ. */
const CLOCK_MS = 60_000;
/** Codes in one line. */
const MOST_CODES = 64;
const CODE = /^[A-Z][A-Z_]{2,39}$/;
/** Lines that wait for a disk that takes none: an hour. */
const MOST_WAITING = 60;

export class HistoryFile {
  readonly #path: string;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;

  /** The folder must exist. */
  constructor(path: string) {
    this.#path = path;
  }

  /** The minutes of the last day, the oldest first. Never rejects: what cannot be read is not there. */
  async read(nowMs = Date.now()): Promise<HistoryPoint[]> {
    const tail = await readTail(this.#path, MOST_BYTES).catch(() => undefined);
    const points = (tail?.text ?? '').split('\n').flatMap((line) => parse(line, nowMs) ?? []);
    return points.sort((one, other) => one.atMs - other.atMs).slice(-DAY_POINTS);
  }

  /** Appends a minute, in the background. */
  append(point: HistoryPoint): void {
    this.#waiting.push(JSON.stringify(point));
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    this.#writing ??= this.#write()
      .catch(() => {})
      .finally(() => {
        this.#writing = undefined;
      });
  }

  /** Resolves when what was appended is written, or cannot be. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A copy: what is appended while this writes stays for the next round.
      const lines = [...this.#waiting];
      if (!(await this.#fits())) await this.#beginAgain();
      const file = await open(this.#path, O_WRONLY | O_APPEND | O_CREAT | SAFELY, 0o644);
      try {
        if (!(await file.stat()).isFile()) return;
        // First a line end: a write that a full disk has cut may have left a part of a line.
        await file.write(`\n${lines.join('\n')}\n`);
      } finally {
        await file.close();
      }
      this.#waiting = this.#waiting.slice(lines.length);
    }
  }

  async #fits(): Promise<boolean> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#path, O_RDONLY | SAFELY);
      return (await file.stat()).size < MOST_BYTES;
    } catch {
      return true;
    } finally {
      await file?.close();
    }
  }

  /** Replaces the file by its last day. */
  async #beginAgain(): Promise<void> {
    const kept = await this.read();
    const fresh = `${this.#path}.new`;
    await rm(fresh, { force: true });
    const file = await open(fresh, O_WRONLY | O_CREAT | O_EXCL | SAFELY, 0o644);
    try {
      await file.writeFile(kept.map((point) => `${JSON.stringify(point)}\n`).join(''));
    } finally {
      await file.close();
    }
    await rename(fresh, this.#path);
  }
}

function parse(line: string, nowMs: number): HistoryPoint | undefined {
  if (line === '') return undefined;
  let value: Partial<HistoryPoint>;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { atMs, objectsPerSecond, bytesPerSecond, requests, requestsLimit, p50, p90, p99, codes, state } = value ?? {};
  if (!isAmount(atMs) || atMs < nowMs - DAY_MS || atMs > nowMs + CLOCK_MS) return undefined;
  if (!isAmount(objectsPerSecond) || !isAmount(bytesPerSecond) || !isAmount(requests)) return undefined;
  const known = codesOf(codes);
  return {
    ...{ atMs, objectsPerSecond, bytesPerSecond, requests },
    ...(isAmount(requestsLimit) && { requestsLimit }),
    ...(isAmount(p50) && isAmount(p90) && isAmount(p99) && { p50, p90, p99 }),
    ...(known && { codes: known }),
    ...(typeof state === 'string' && Object.hasOwn(HEALTH_STATES, state) && { state }),
  };
}

function codesOf(codes: unknown): Record<string, number> | undefined {
  if (typeof codes !== 'object' || codes === null) return undefined;
  const known = Object.entries(codes).filter(([code, count]) => CODE.test(code) && isAmount(count));
  return known.length === 0 ? undefined : Object.fromEntries(known.slice(0, MOST_CODES));
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Number.MAX_SAFE_INTEGER;
}
