/** A job that is remembered: its journal, its checkpoints and its failures, opened and brought to an end together. */
import { TransferError, toTransferError } from '../errors.js';
import { Checkpointer } from '../journal/checkpointer.js';
import { Journal } from '../journal/journal.js';
import type { Part } from '../model/part.js';
import type { Books } from '../report/books.js';
import type { FailuresFile } from '../report/failures.js';
import { JobFailures } from '../report/job-failures.js';
import type { Reporter } from '../report/reporter.js';
import type { WalkResume } from '../sources/walk.js';
import type { JobPlan } from './plan-job.js';

export interface JobDeps {
  books: Books;
  reporter: Reporter;
  /** Resolves when what was stored on that volume is on its platter. */
  sync: (volume: number) => Promise<void>;
  /** Anything else that has to be on a disk before a page is retired. */
  flush?: () => Promise<void>;
}

export interface JobEnd {
  /** Everything was listed and settled. */
  isComplete: boolean;
  /** The list that the user sees. */
  failures: FailuresFile | undefined;
}

export class Job {
  readonly journal: Journal;
  readonly checkpointer: Checkpointer;
  readonly #failures: JobFailures;

  private constructor(journal: Journal, checkpointer: Checkpointer, failures: JobFailures) {
    this.journal = journal;
    this.checkpointer = checkpointer;
    this.#failures = failures;
  }

  /** Writes the first lines of this run. Rejects with ERR_STATE. */
  static async open(plan: JobPlan, { books, reporter, sync, flush }: JobDeps): Promise<Job> {
    const { path, failuresPath, state, sequence, isNew } = plan;
    const failures = await JobFailures.open(failuresPath, state.failuresBytes);
    const journal = await Journal.open(path, state, { sequence, isNew });
    books.resume(state);
    for (const message of plan.messages) reporter.message(message);
    const checkpointer = new Checkpointer({
      journal,
      failures,
      sync,
      ...(flush && { flush }),
      runMs: () => books.runMs,
      onUnsynced: (_volume, error) =>
        reporter.message(
          `${error.message}; what was stored there last stays open and is looked at again by the next run`,
        ),
    });
    return new Job(journal, checkpointer, failures);
  }

  /** Where the walk goes on. */
  get resume(): WalkResume {
    const { frontier, unretired } = this.journal.state;
    return {
      frontier,
      again: [...unretired.values()],
      onListed: (record) => this.checkpointer.listed(record),
      onHandedOver: (number) => this.checkpointer.handedOver(number),
    };
  }

  /** For settle. */
  record(line: string, { page }: Part): Promise<void> | undefined {
    return page === undefined ? undefined : this.checkpointer.recordFailure(page, line);
  }

  /** The last checkpoint of a run, and the failures for the user. Gives what went wrong. */
  async end({ isComplete, failures }: JobEnd): Promise<TransferError | undefined> {
    const { checkpointer, journal } = this;
    let failure: TransferError | undefined;
    try {
      await checkpointer.checkpoint();
      if (checkpointer.heldPages > 0) failure = unsynced(checkpointer.heldPages);
      else if (isComplete) {
        journal.enter({ t: 'end', atMs: Date.now() });
        await journal.flush();
      }
    } catch (error) {
      failure = toTransferError(error);
    }
    try {
      const isFinished = isComplete && failure === undefined;
      if (failures) await this.#failures.publish(failures, checkpointer.openFailures(), { isComplete: isFinished });
    } catch (error) {
      failure ??= toTransferError(error);
    }
    return failure;
  }

  async close(): Promise<void> {
    await Promise.all([this.journal.close(), this.#failures.close()]);
  }
}

function unsynced(pages: number): TransferError {
  return new TransferError(
    'ERR_VOLUME',
    `${pages} listed pages have objects on a disk that could not be synced: mend the disk, then run the same command again`,
  );
}
