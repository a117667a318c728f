/** Looks at one destination, part by part. File work is synchronous: for a thread, since a disk may hang. */
import { closeSync, fsyncSync, mkdirSync, openSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, toTransferError } from '../../../errors.js';
import { loadJob } from '../../../journal/load.js';
import { lockHolder } from '../../../journal/lock.js';
import { STATE_FOLDER } from '../../../model/key.js';
import { runSync, SYNC_COMMAND } from '../../../sinks/disks/barrier.js';
import { readSpace } from '../../../sinks/disks/space.js';
import { readMarkers } from '../../../sinks/state/marker.js';
import { checkStateFolder } from '../../../sinks/state/state-files.js';
import { probeNames } from '../../../sinks/thread/names/probe-names.js';
import { probeTimes } from '../../../sinks/thread/names/probe-times.js';
import { checkFolderSource } from '../../plan/folder-source.js';
import type { DiskAnswer, DiskPart, DiskParts, DiskTask, StateFacts, SyncFacts } from './disk-facts.js';
import { inspectPlace } from './inspect-place.js';
import type { Scratch } from './scratch.js';

export interface InspectOptions {
  /** Gets each part as soon as it is known. */
  readonly tell: (answer: DiskAnswer) => void;
  /** Resolves when nothing more is wanted. */
  readonly stopped: Promise<unknown>;
}

/** Removes its test files, whatever happens. Never rejects. */
export async function inspectDisk({ root, origin }: DiskTask, { tell, stopped }: InspectOptions): Promise<void> {
  const answer = async <Part extends DiskPart>(part: Part, find: () => DiskParts[Part] | Promise<DiskParts[Part]>) => {
    try {
      tell({ part, facts: await find() } as DiskAnswer);
    } catch (error) {
      tell({ part, error: toTransferError(error).message });
    }
  };
  let scratch: Scratch | undefined;
  try {
    let base = root;
    await answer('place', () => {
      const found = inspectPlace(root);
      ({ scratch } = found);
      ({ base } = found.facts);
      return found.facts;
    });
    await answer('state', () => inspectState(root, origin));
    await answer('space', () => readSpace(base));
    if (scratch === undefined) return;
    const { path } = scratch;
    await answer('names', () => {
      // In a folder of its own: the test lists what lies there.
      mkdirSync(join(path, 'names'));
      return probeNames(join(path, 'names'));
    });
    await answer('times', () => probeTimes(join(path, 'times')));
    // Other programs may have left much to flush: only this part can take long on a healthy disk.
    await Promise.race([answer('sync', () => measureSync(path)), stopped]);
  } finally {
    removed(scratch);
  }
}

function removed(scratch: Scratch | undefined): void {
  try {
    scratch?.remove();
  } catch {
    // The disk fails: the other parts say so.
  }
}

async function inspectState(root: string, origin: DiskTask['origin']): Promise<StateFacts> {
  let marker: StateFacts['marker'];
  let refusal: string | undefined;
  try {
    checkStateFolder(root);
    marker = (await readMarkers([root]))[0]!.marker;
    if (origin !== undefined) {
      const claim = { command: 'mirror', to: [root], isDryRun: false, isRestart: false, queue: undefined } as const;
      checkFolderSource({ ...claim, variant: origin.variant }, origin.source);
    }
  } catch (error) {
    refusal = error instanceof ConfigError ? error.problems.join('; ') : toTransferError(error).message;
  }
  const holder = refusal === undefined ? await lockHolder(join(root, STATE_FOLDER, 'lock')) : undefined;
  return { marker, refusal, holder, doneBytes: refusal === undefined ? doneBytes(root, origin) : 0 };
}

/** What the job of SOURCE in this folder has done so far. Other code reports a damaged journal. */
function doneBytes(root: string, origin: DiskTask['origin']): number {
  try {
    const { state } = loadJob(join(root, STATE_FOLDER, 'journal'));
    if (state === undefined || state.identity.source !== origin?.source) return 0;
    const { bytes, skippedBytes } = state.knownTotals;
    return bytes + skippedBytes;
  } catch {
    return 0;
  }
}

const FILES = 5;
const FILE_BYTES = 4_096;

async function measureSync(folder: string): Promise<SyncFacts> {
  const times = Array.from({ length: FILES }, (_, index) => {
    const since = performance.now();
    writeSynced(join(folder, `sync${index}`));
    return performance.now() - since;
  });
  const fsyncMs = times.sort((one, other) => one - other)[FILES >> 1]!;
  const path = join(folder, 'syncfs');
  writeFileSync(path, Buffer.alloc(FILE_BYTES));
  // The same command as a run uses for its checkpoints, so its start is part of the time.
  const since = performance.now();
  const syncfsProblem = await runSync(SYNC_COMMAND, [path]);
  const syncfsMs = performance.now() - since;
  return { fsyncMs, syncfsMs: syncfsProblem === undefined ? syncfsMs : undefined, syncfsProblem };
}

function writeSynced(path: string): void {
  const fd = openSync(path, 'wx');
  try {
    writeSync(fd, Buffer.alloc(FILE_BYTES, 'sluice'));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
    unlinkSync(path);
  }
}
