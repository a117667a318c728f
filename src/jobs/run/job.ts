/** A job that is remembered: its journal, its checkpoints and its failures, opened and brought to an end together. */
import { TransferError, toTransferError } from '../../errors.js';
import type { FailuresFile } from '../../events/lists/failures.js';
import { JobFailures } from '../../events/lists/job-failures.js';
import type { Reporter } from '../../events/reporter.js';
import type { Stats } from '../../events/stats.js';
import { Checkpointer } from '../../journal/checkpointer.js';
import type { JobState } from '../../journal/job-state.js';
import { Journal } from '../../journal/journal.js';
import { crashPoint } from '../../lib/process/crash-point.js';
import type { Part } from '../../model/part.js';
import type { VolumeEvent } from '../../sinks/disks/health.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { isEmptyRoot, readMarkers } from '../../sinks/state/marker.js';
import type { ReservedRoom } from '../../sinks/state/reserved-room.js';
import type { WalkResume } from '../../sources/listing/walk.js';
import type { JobPlan } from '../plan/plan-job.js';
import { createFolderWatch } from '../plan/preflight.js';

export interface JobDeps {
  stats: Stats;
  reporter: Reporter;
  /** None for a listing. */
  volumes: Volumes | undefined;
  /** Has to be on a disk before a page is retired. */
  flush: () => Promise<void>;
  /** The same, but only with the system; none where settled pages are not to be noted. */
  handOver: (() => Promise<void>) | undefined;
  /** Set aside for the files of the job. */
  room: ReservedRoom | undefined;
}

export interface JobEnd {
  /** Everything was listed and settled. */
  isComplete: boolean;
  /** The list that the user sees. */
  failures: FailuresFile | undefined;
  stats: Stats;
}

interface JobParts {
  failures: JobFailures;
  volumes: Volumes | undefined;
  watchFolder: ReturnType<typeof createFolderWatch>;
}

export class Job {
  readonly journal: Journal;
  readonly checkpointer: Checkpointer;
  readonly #failures: JobFailures;
  readonly #volumes: Volumes | undefined;
  readonly #watchFolder: ReturnType<typeof createFolderWatch>;

  private constructor(journal: Journal, checkpointer: Checkpointer, { failures, volumes, watchFolder }: JobParts) {
    this.journal = journal;
    this.checkpointer = checkpointer;
    this.#failures = failures;
    this.#volumes = volumes;
    this.#watchFolder = watchFolder;
  }

  /** Writes the first lines of this run. Rejects with ERR_STATE. */
  static async open(plan: JobPlan, { stats, reporter, volumes, flush, handOver, room }: JobDeps): Promise<Job> {
    const { path, failuresPath, state, sequence, isNew, isWhole } = plan;
    // Remembered, so that a restart keeps the files of one folder together as this run does.
    if (volumes !== undefined) {
      checkDisks(state, volumes);
      // A disk that the job has not known until now may hold something.
      const added = volumes.roots.slice(plan.isNew ? 0 : state.volumeIds?.length);
      const isFresh = (plan.isNew || state.isFresh) && added.every(isEmptyRoot);
      state.apply({ t: 'weights', weights: [...volumes.weights], ids: [...volumes.ids], isFresh });
    }
    const journal = await Journal.open(path, state, { sequence, isNew, isWhole, room });
    // Only now: a new job throws away the failures of the one before, which are needed as long as that one is there.
    const failures = await openFailures(failuresPath, journal, room);
    stats.resume(state);
    for (const message of plan.messages) reporter.notice('job', message);
    const spaces = (await volumes?.space()) ?? [];
    const watchFolder = createFolderWatch({
      roots: plan.state.identity.volumes,
      spaces,
      warn: (text) => reporter.notice('folder-too-large', text),
    });
    const checkpointer = new Checkpointer({
      journal,
      failures,
      sync: async (volume) => volumes?.barrier([volume]),
      flush,
      handOver,
      runMs: () => stats.runMs,
      onUnsynced: (_volume, error) =>
        reporter.notice(
          'not-flushed',
          `${error.message}; what was stored there last stays open and is looked at again by the next run`,
        ),
    });
    const job = new Job(journal, checkpointer, { failures, volumes, watchFolder });
    // What was left out before there was a job to tell.
    for (const [volume, { state, reason }] of (volumes?.states() ?? []).entries())
      if (state !== 'in') job.noteVolume({ volume, root: volumes!.roots[volume]!, state, reason });
    return job;
  }

  /** Where the walk goes on. */
  get resume(): WalkResume {
    const { frontier, again } = this.journal.state;
    return {
      frontier,
      again,
      onListed: (record, frame) => {
        this.checkpointer.listed(record);
        this.#watchFolder(frame, record.k);
      },
      onHandedOver: (number) => this.checkpointer.handedOver(number),
    };
  }

  /** A disk is left out, or taken up again. */
  noteVolume({ root, state, reason }: VolumeEvent): void {
    if (state !== 'digests' && state !== 'durability') this.journal.enter({ t: 'volume', root, state, reason });
  }

  /** For settle. */
  record(line: string, { page }: Part): Promise<void> | undefined {
    return page === undefined ? undefined : this.checkpointer.recordFailure(page, line);
  }

  /** The last checkpoint of a run, and the failures for the user. Gives what went wrong. */
  async end({ isComplete, failures, stats }: JobEnd): Promise<TransferError | undefined> {
    const { checkpointer } = this;
    let failure: TransferError | undefined;
    try {
      await checkpointer.note();
      await checkpointer.checkpoint();
      if (checkpointer.heldPages > 0) failure = unsynced(checkpointer.heldPages);
      // A job is not done while what it has stored is away.
      if (isComplete) await this.#checkPresence();
    } catch (error) {
      failure ??= toTransferError(error);
    }
    const isFinished = isComplete && failure === undefined;
    // As `status` will tell it.
    if (!isComplete) stats.catchUp(this.journal.state.knownTotals);
    try {
      if (failures) await this.#failures.publish(failures, checkpointer.openFailures(), { isComplete: isFinished });
      crashPoint('job.published');
      // Last: nobody makes a list of the failures of a job that is finished.
      if (isFinished) await this.#finish();
      crashPoint('job.ended');
    } catch (error) {
      failure ??= toTransferError(error);
    }
    return failure;
  }

  async #checkPresence(): Promise<void> {
    if (this.#volumes === undefined) return;
    const { roots, ids } = this.#volumes;
    const known = await readMarkers(roots);
    const missing = known.filter(({ marker }, volume) => marker?.id !== ids[volume]).map(({ root }) => root);
    if (missing.length === 0) return;
    const what = `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not there any more (unmounted or deleted)`;
    throw new TransferError('ERR_VOLUME', `${what}, and what was stored there with it: bring it back, then run again`);
  }

  async #finish(): Promise<void> {
    this.journal.enter({ t: 'end', atMs: Date.now() });
    await this.journal.flush();
  }

  async close(): Promise<void> {
    await Promise.all([this.journal.close(), this.#failures.close()]);
  }
}

async function openFailures(path: string, journal: Journal, room: ReservedRoom | undefined): Promise<JobFailures> {
  try {
    return await JobFailures.open(path, journal.state.failuresBytes, room?.giveWay);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** What the job calls done lies on the disks that it was written to, not on others that are mounted in their place. */
function checkDisks({ volumeIds }: JobState, { ids, roots }: Volumes): void {
  const other = volumeIds?.findIndex((id, volume) => id !== ids[volume]) ?? -1;
  if (other === -1) return;
  throw new TransferError(
    'ERR_VOLUME',
    `${roots[other]} is not the disk that this job has stored to: mount that one, or begin anew with --restart`,
  );
}

function unsynced(pages: number): TransferError {
  return new TransferError(
    'ERR_VOLUME',
    `${pages} listed pages have objects on a disk that could not be synced: mend the disk, then run the same command again`,
  );
}
