/** What a folder remembers of shared jobs: its worker name, and whether others may have files of the same bucket. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import fsExtra from 'fs-extra';
import { isShortOfFiles, localError } from '../../errors.js';
import { replaceFileSync } from '../../lib/files/replace-file.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { type GiveWay, withSpaceSync } from '../../lib/files/with-space.js';
import type { FolderMemory } from '../../queue/nats/worker/session-options.js';
import { isEmptyRoot } from '../../sinks/state/marker.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';

interface Remembered {
  readonly name: string;
  /** The id of the last job, and whether the folder was empty when that job started. */
  readonly job?: string | undefined;
  readonly isFresh?: boolean | undefined;
  /** The folders that `isFresh` covers. */
  readonly roots?: readonly string[] | undefined;
  /** The other machines that had stored files when that job started. The job does not fetch those files. */
  readonly before?: readonly string[] | undefined;
  /** The other machines that had stored files when the last run ended. */
  readonly peers?: readonly string[] | undefined;
}

interface Opened {
  state: Remembered;
  /** Makes room on a full disk. */
  giveWay: GiveWay | undefined;
}

const WORKER_NAME = /^[\w-]{1,80}$/;

/** The host name, and a suffix that distinguishes its folders. */
export function newWorkerName(): string {
  const host =
    hostname()
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .slice(0, 40) || 'host';
  return `${host}-${randomBytes(3).toString('hex')}`;
}

export class SharedFolderState implements FolderMemory {
  readonly #path: string;
  readonly #roots: readonly string[];
  readonly #giveWay: GiveWay | undefined;
  #state: Remembered;

  private constructor(path: string, roots: readonly string[], { state, giveWay }: Opened) {
    this.#path = path;
    this.#roots = roots;
    this.#giveWay = giveWay;
    this.#state = state;
  }

  /**
   * A folder keeps its name, so that the machine finds its open batches and its finished batches again. Throws
   * ERR_STATE.
   */
  static open(folder: string, roots: readonly string[], giveWay?: GiveWay): SharedFolderState {
    const path = join(folder, 'worker.json');
    const found = read(path);
    const state = new SharedFolderState(path, roots, { state: found ?? { name: newWorkerName() }, giveWay });
    if (found === undefined) state.#write();
    return state;
  }

  get name(): string {
    return this.#state.name;
  }

  begin(jobId: string): { isFresh: boolean; peers: readonly string[]; isFirstRun: boolean } {
    const roots = this.#roots;
    const isFirstRun = this.#state.job !== jobId;
    if (isFirstRun) {
      const { peers } = this.#state;
      this.#state = { ...this.#state, job: jobId, isFresh: roots.every(isEmptyRoot), roots, before: peers };
      this.#write();
    }
    // A disk that was added after the machine joined may already hold files.
    const added = roots.filter((root) => !(this.#state.roots ?? roots).includes(root));
    if (added.length > 0) {
      const isFresh = this.#state.isFresh && added.every(isEmptyRoot);
      this.#state = { ...this.#state, isFresh, roots };
      this.#write();
    }
    const { isFresh = false, before = [] } = this.#state;
    return { isFresh, peers: before, isFirstRun };
  }

  remember(peers: readonly string[]): void {
    this.#state = {
      ...this.#state,
      peers: [...new Set(peers)].filter((name) => WORKER_NAME.test(name)).slice(0, PEERS),
    };
    this.#write();
  }

  #write(): void {
    try {
      withSpaceSync(() => fsExtra.ensureDirSync(dirname(this.#path)), this.#giveWay);
      replaceFileSync(this.#path, `${JSON.stringify(this.#state)}\n`, this.#giveWay);
    } catch (error) {
      throw localError('ERR_STATE', say.jobs.plan.unwritable(this.#path, systemText(error, this.#path)), error);
    }
  }
}

/** Name of the machine that stores there. Undefined when no shared job used the folder. Changes nothing. */
export function readWorkerName(folder: string): string | undefined {
  return read(join(folder, 'worker.json'))?.name;
}

/** More machines than a real job has. A queue with false data must not fill the disk. */
const PEERS = 1_000;

function read(path: string): Remembered | undefined {
  try {
    const { name, job, isFresh, roots, before, peers } = JSON.parse(readSmallFile(path).toString());
    if (typeof name !== 'string' || !WORKER_NAME.test(name)) return undefined;
    return {
      name,
      job: typeof job === 'string' ? job : undefined,
      isFresh: typeof isFresh === 'boolean' ? isFresh : undefined,
      roots: Array.isArray(roots) ? roots.map(String) : undefined,
      before: namesIn(before),
      peers: namesIn(peers),
    };
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    // The file does not exist yet, or it was cut off before any work used its name.
    return undefined;
  }
}

function namesIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((name) => typeof name === 'string' && WORKER_NAME.test(name)) : [];
}
