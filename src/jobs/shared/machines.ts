/** All machines of a shared job, as each of them can show them: from the heartbeats, and from the tables of the job. */
import type { MachinePicture } from '../../events/picture/picture.js';
import { ABSENT_MS, type KnownWorker, readWorkers } from '../../queue/nats/job/workers.js';
import type { WorkerSession } from '../../queue/nats/worker/worker-session.js';

/** As often as the machines say something. */
const FRESH_MS = 2_000;

export type MachinesSession = Pick<WorkerSession, 'nats' | 'job' | 'progress' | 'name'>;

export class Machines {
  readonly #session: MachinesSession;
  #known: readonly KnownWorker[] | undefined;
  #readMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(session: MachinesSession) {
    this.#session = session;
    this.#refresh();
  }

  /** What was read last, at most some seconds ago while a viewer looks. Undefined: nothing is read yet. */
  get picture(): MachinePicture[] | undefined {
    this.#refresh();
    return this.#known?.map((worker) => this.#pictureOf(worker));
  }

  /** In the background, and only where it is asked for. */
  #refresh(): void {
    const { nats, job } = this.#session;
    if (this.#reading !== undefined || nats.isAway || performance.now() - this.#readMs < FRESH_MS) return;
    this.#readMs = performance.now();
    this.#reading = readWorkers(nats, job)
      .then(
        (workers) => {
          this.#known = workers;
        },
        () => {},
      )
      .finally(() => {
        this.#reading = undefined;
      });
  }

  #pictureOf({ name, role, state, seenAtMs, ...told }: KnownWorker): MachinePicture {
    const { progress } = this.#session;
    const { stored, failed, bytes } = progress.ledger.share(name);
    const isDone = state === 'done';
    const isLost = !isDone && Date.now() - seenAtMs > ABSENT_MS;
    return {
      ...{ name, isThis: name === this.#session.name, role, seenAtMs, isLost, stored, failed, bytes },
      ...(isDone && { isDone }),
      ...(told.isPaused && !isLost && !isDone && { isPaused: true }),
      holds: isDone ? 0 : (told.openObjects ?? 0),
      ...(!isLost && !isDone && { objectsPerSecond: told.objectsPerSecond, bytesPerSecond: told.bytesPerSecond }),
      limits: { ...told.limits },
    };
  }
}
