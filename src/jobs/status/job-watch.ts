/** Looks at a job by its files: one that has ended, or that another process works on. It has no controls. */
import { join } from 'node:path';
import { ERROR_CODES, type ErrorCode, TransferError } from '../../errors.js';
import { HISTORY_FILE, HistoryFile } from '../../events/history/history-file.js';
import type { Picture } from '../../events/picture/picture.js';
import type { Distribution, History, RecentFailure, Watch } from '../../events/picture/watch.js';
import { readTail } from '../../lib/files/tail.js';
import { STATE_FOLDER } from '../../model/key.js';
import { findJob } from '../plan/job-place.js';
import { failureOf, MOST_FAILURES } from '../run/watch/recent-failures.js';
import type { JobFiles } from '../run-options.js';
import { pictureOf } from './job-picture.js';
import { readStatus, statusText } from './status.js';
import type { Status } from './status-text.js';

/** A run notes its numbers so often. */
const FRESH_MS = 2_000;
/** A hundred lines with long keys and messages. */
const LIST_BYTES = 1024 * 1024;
const NOTHING: Distribution = { bounds: [], counts: [0], sum: 0 };

export interface JobWatchOptions {
  /** Of Sluice. */
  version: string;
}

/** Rejects with ERR_CONFIG where there is no job, and with ERR_STATE or ERR_VOLUME when its files cannot be read. */
export async function openJobWatch(place: JobFiles, { version }: JobWatchOptions): Promise<Watch> {
  const seen = await look(place);
  // (More lines are about a fetch.)
  if (seen.status.state === 'none') throw new TransferError('ERR_CONFIG', statusText(seen.status, place)[0]!);
  return new JobWatch(place, version, seen);
}

interface Seen {
  readonly status: Status;
  readonly history: History;
  readonly failures: readonly RecentFailure[];
}

class JobWatch implements Watch {
  readonly distributions = { sizeBytes: NOTHING, latencySeconds: NOTHING };
  readonly #place: JobFiles;
  readonly #version: string;
  #seen: Seen;
  #seenMs = performance.now();
  #looking: Promise<void> | undefined;

  constructor(place: JobFiles, version: string, seen: Seen) {
    this.#place = place;
    this.#version = version;
    this.#seen = seen;
  }

  picture(): Picture {
    this.#refresh();
    const { status } = this.#seen;
    return pictureOf({ status, version: this.#version, isFolder: 'folder' in this.#place, nowMs: Date.now() });
  }

  history(): History {
    this.#refresh();
    return this.#seen.history;
  }

  failures(): readonly RecentFailure[] {
    this.#refresh();
    return this.#seen.failures;
  }

  /** A run may begin at any time. In the background, and only while a viewer looks; what cannot be read stays as it was. */
  #refresh(): void {
    if (this.#looking !== undefined || performance.now() - this.#seenMs < FRESH_MS) return;
    this.#looking = look(this.#place)
      .then(
        (seen) => {
          if (seen.status.state !== 'none') this.#seen = seen;
        },
        () => {},
      )
      .finally(() => {
        this.#seenMs = performance.now();
        this.#looking = undefined;
      });
  }
}

async function look(place: JobFiles): Promise<Seen> {
  const status = await readStatus(place);
  const { path } = findJob(place);
  const day = 'folder' in place ? await new HistoryFile(join(path, STATE_FOLDER, HISTORY_FILE)).read() : [];
  return { status, history: { recent: [], day }, failures: await failuresIn(status.failuresFile) };
}

/** The last lines of a list of failures, the newest first. */
async function failuresIn(path: string | undefined): Promise<RecentFailure[]> {
  const tail = path && (await readTail(path, LIST_BYTES).catch(() => undefined));
  if (!tail) return [];
  const { text, isWhole, modifiedMs } = tail;
  const lines = text.split('\n').slice(isWhole ? 0 : 1);
  return lines
    .flatMap((line) => parse(line, modifiedMs) ?? [])
    .slice(-MOST_FAILURES)
    .reverse();
}

function parse(line: string, atMs: number): RecentFailure | undefined {
  try {
    const { key, code, error } = JSON.parse(line) as Record<string, unknown>;
    if (typeof key !== 'string' || typeof error !== 'string' || !isCode(code)) return undefined;
    return { atMs, key, ...failureOf(code, error, ERROR_CODES[code][0]) };
  } catch {
    return undefined;
  }
}

function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
