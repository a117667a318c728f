/** A job that a run can resume. It opens and ends the journal, the checkpoints and the failures together. */
import { TransferError, toTransferError } from '../../errors.js';
import type { EventBus } from '../../events/bus.js';
import type { FailuresFile } from '../../events/lists/failures.js';
import { JobFailures } from '../../events/lists/job-failures.js';
import type { Stats } from '../../events/stats.js';
import { Checkpointer } from '../../journal/checkpointer.js';
import type { JobState } from '../../journal/job-state.js';
import { Journal } from '../../journal/journal.js';
import { crashPoint } from '../../lib/process/crash-point.js';
import type { Batch } from '../../model/batch.js';
import type { VolumeEvent } from '../../sinks/disks/health.js';
import type { Volumes } from '../../sinks/disks/volumes.js';
import { isEmptyRoot, readMarkers } from '../../sinks/state/marker.js';
import type { ReservedSpace } from '../../sinks/state/reserved-space.js';
import type { WalkResume } from '../../sources/listing/walk.js';
import type { Source } from '../../sources/source.js';
import { say } from '../../texts/say.js';
import type { JobPlan } from '../plan/plan-job.js';
import { createFolderWatch } from '../plan/preflight.js';

/** Characters that a source may keep in the journal. */
const MOST_LEARNT = 1_024;

export interface JobDeps {
  stats: Stats;
  events: EventBus;
  /** Undefined for a listing. */
  volumes: Volumes | undefined;
  /** Must be durable before the job commits a page. */
  flush: () => Promise<void>;
  /** Passes data to the system without a flush. Undefined when the journal does not note settled pages. */
  handOver: (() => Promise<void>) | undefined;
  source: Pick<Source, 'learnt'>;
  /** Reserved for the files of the job. */
  reserved: ReservedSpace | undefined;
}

export interface JobEnd {
  /** Everything is listed and settled. */
  isComplete: boolean;
  /** The list for the user. */
  failures: FailuresFile | undefined;
  stats: Stats;
}

interface JobParts {
  failures: JobFailures;
  volumes: Volumes | undefined;
  watchFolder: ReturnType<typeof createFolderWatch>;
}

export class ResumableJob {
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

  /** Writes the first journal lines of this run. Rejects with ERR_STATE. */
  static async open(
    plan: JobPlan,
    { stats, events, volumes, flush, handOver, source, reserved }: JobDeps,
  ): Promise<ResumableJob> {
    const { path, failuresPath, state, sequence, isNew, isWhole } = plan;
    // The journal keeps the weights, so that a restart puts the files of a folder on the same disk.
    if (volumes !== undefined) {
      checkDisks(state, volumes);
      // A disk that is new to the job may already hold files.
      const added = volumes.roots.slice(plan.isNew ? 0 : state.volumeIds?.length);
      const isFresh = (plan.isNew || state.isFresh) && added.every(isEmptyRoot);
      state.apply({ t: 'weights', weights: [...volumes.weights], ids: [...volumes.ids], isFresh });
    }
    const journal = await Journal.open(path, state, { sequence, isNew, isWhole, reserved });
    if (state.learnt !== undefined) source.learnt?.restore(state.learnt);
    source.learnt?.watch((text) => {
      if (text.length <= MOST_LEARNT) journal.enter({ t: 'learnt', text });
    });
    // After the journal: this deletes the failures of an earlier job, needed until its journal is replaced.
    const failures = await openFailures(failuresPath, journal, reserved);
    stats.resume(state);
    for (const message of plan.messages) events.notice('job', message);
    const spaces = (await volumes?.space()) ?? [];
    const watchFolder = createFolderWatch({
      roots: plan.state.identity.volumes,
      spaces,
      warn: (text) => events.notice('folder-too-large', text),
    });
    const checkpointer = new Checkpointer({
      journal,
      failures,
      sync: async (volume) => volumes?.flush([volume]),
      flush,
      handOver,
      runMs: () => stats.runMs,
      onUnsynced: (_volume, error) => events.notice('not-flushed', say.jobs.disk.notFlushed(error.message)),
    });
    const job = new ResumableJob(journal, checkpointer, { failures, volumes, watchFolder });
    // Disks that were left out before the job existed.
    for (const [volume, { state, reason }] of (volumes?.states() ?? []).entries())
      if (state !== 'in') job.noteVolume({ volume, root: volumes!.roots[volume]!, state, reason });
    return job;
  }

  /** Where the listing resumes. */
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

  /** A disk is left out, or is used again. */
  noteVolume({ root, state, reason }: VolumeEvent): void {
    if (state !== 'digests' && state !== 'durability') this.journal.enter({ t: 'volume', root, state, reason });
  }

  /** Keeps the line until the page is committed. */
  record(line: string, batch: Batch | undefined): Promise<void> | undefined {
    const page = batch?.page;
    return page === undefined ? undefined : this.checkpointer.recordFailure(page, line);
  }

  /** Writes the last checkpoint of a run, and the failures for the user. Returns the error, if any. */
  async end({ isComplete, failures, stats }: JobEnd): Promise<TransferError | undefined> {
    const { checkpointer } = this;
    let failure: TransferError | undefined;
    try {
      await checkpointer.note();
      await checkpointer.checkpoint();
      if (checkpointer.heldPages > 0) failure = unsynced(checkpointer.heldPages);
      // A job is not finished while a disk with its files is missing.
      if (isComplete) await this.#checkVolumes();
    } catch (error) {
      failure ??= toTransferError(error);
    }
    const isFinished = isComplete && failure === undefined;
    // The same totals that `status` reports.
    if (!isComplete) stats.catchUp(this.journal.state.knownTotals);
    try {
      if (failures) await this.#failures.publish(failures, checkpointer.openFailures(), { isComplete: isFinished });
      crashPoint('job.published');
      // This comes last: when the job is finished, no later run can write its list of failures.
      if (isFinished) await this.#finish();
      crashPoint('job.ended');
    } catch (error) {
      failure ??= toTransferError(error);
    }
    return failure;
  }

  async #checkVolumes(): Promise<void> {
    if (this.#volumes === undefined) return;
    const { roots, ids } = this.#volumes;
    const known = await readMarkers(roots);
    const missing = known.filter(({ marker }, volume) => marker?.id !== ids[volume]).map(({ root }) => root);
    if (missing.length === 0) return;
    throw new TransferError('ERR_VOLUME', say.jobs.disk.away(missing));
  }

  async #finish(): Promise<void> {
    this.journal.enter({ t: 'end', atMs: Date.now() });
    await this.journal.flush();
  }

  async close(): Promise<void> {
    await Promise.all([this.journal.close(), this.#failures.close()]);
  }
}

async function openFailures(path: string, journal: Journal, reserved: ReservedSpace | undefined): Promise<JobFailures> {
  try {
    return await JobFailures.open(path, journal.state.failuresBytes, reserved?.giveWay);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

/** The files of the job lie on the disks that it wrote to. Another disk mounted in the same place does not count. */
function checkDisks({ volumeIds }: JobState, { ids, roots }: Volumes): void {
  const other = volumeIds?.findIndex((id, volume) => id !== ids[volume]) ?? -1;
  if (other === -1) return;
  throw new TransferError('ERR_VOLUME', say.jobs.disk.other(roots[other]!));
}

function unsynced(pages: number): TransferError {
  return new TransferError('ERR_VOLUME', say.jobs.disk.unsynced(pages));
}
