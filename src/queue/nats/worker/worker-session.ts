/** One machine in a shared job: opens and closes all that it needs. */

import { join } from 'node:path';
import { Alerts } from '../../../events/alerts.js';
import { createMeter } from '../../../events/rate.js';
import { checksOf, type SharedTotals } from '../../../events/stats.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import { within } from '../../../lib/waiting/within.js';
import type { Tally } from '../../../model/tally.js';
import { ALWAYS_OPEN } from '../../../pacing/limits/gate.js';
import { say } from '../../../texts/say.js';
import { LeaseHeartbeat } from '../connection/lease-heartbeat.js';
import { QueueConnection } from '../connection/queue-connection.js';
import { Affinity } from '../job/affinity.js';
import { DeadLetters } from '../job/dead-letters.js';
import { JobSupervisor } from '../job/job-supervisor.js';
import { wantAudit } from '../job/listing-passes.js';
import { joinJob, type SharedJob, seed } from '../job/shared-job.js';
import { ABSENT_MS, readWorkers, WorkerHeartbeat } from '../job/workers.js';
import { Admission } from './admission.js';
import { passOn } from './alert-feed.js';
import { BatchFeed } from './batch-feed.js';
import { Commits } from './commits.js';
import { FolderQueue } from './folder-queue.js';
import { NatsQueue } from './nats-queue.js';
import { OpenBatches } from './open-batches.js';
import type { SessionOptions } from './session-options.js';
import { SharedLimits } from './shared-limits.js';

/** How often this machine checks for work that the server may have lost. */
const TEND_MS = 2_000;
/** A failed run has so long to tell the others what it has done. */
const LAST_REPORT_MS = 10_000;

export class WorkerSession {
  /** The name of this machine in the job. */
  readonly name: string;
  readonly queue: NatsQueue;
  readonly job: SharedJob;
  readonly nats: QueueConnection;
  readonly progress: JobSupervisor;
  readonly admission: Admission;
  /** No earlier run has worked on this job here. What an earlier run has finished is only in its own lists. */
  isFirstRun = true;
  readonly #options: SessionOptions;
  readonly #feed: BatchFeed;
  readonly #commits: Commits;
  readonly #openBatches: OpenBatches;
  readonly #heartbeat: LeaseHeartbeat;
  readonly #workerHeartbeat: WorkerHeartbeat;
  readonly #affinity: Affinity;
  readonly #limits: SharedLimits | undefined;

  private constructor(nats: QueueConnection, job: SharedJob, openBatches: OpenBatches, options: SessionOptions) {
    const { worker, role, files, disks, stats, events, failures, limit, isListingOnly } = options;
    this.#options = options;
    this.#openBatches = openBatches;
    this.name = worker;
    this.nats = nats;
    this.job = job;
    this.progress = new JobSupervisor(nats, job, events);
    this.admission = new Admission({
      ...disks,
      events,
      isAlone: () => this.#isAlone(),
      onChange: () => this.#workerHeartbeat.change(),
    });
    this.#heartbeat = new LeaseHeartbeat({
      leaseMs: job.record.leaseMs,
      progress: options.progress,
      isWaiting: () => options.isWaiting() || this.#feed.isFull || this.nats.isAway,
    });
    this.#commits = new Commits({
      ...{ nats, job, worker, files, openBatches, stats, events, failures, heartbeat: this.#heartbeat },
      onReleased: (held) => this.queue.released(held),
    });
    this.#affinity = new Affinity({ nats, job, worker, count: options.disks.count, events });
    const deadLetters = new DeadLetters({ nats, job, events });
    const gate = options.gate ?? ALWAYS_OPEN;
    const shared = { nats, job, gate, progress: this.progress, heartbeat: this.#heartbeat, deadLetters };
    const stopTaking = new AbortController();
    const alerts = new Alerts();
    this.#feed = new BatchFeed({ ...shared, worker, limit, stopTaking: stopTaking.signal });
    this.queue = new NatsQueue({
      ...{
        ...shared,
        worker,
        commits: this.#commits,
        openBatches,
        admission: this.admission,
        settled: () => stats.settled,
        feed: this.#feed,
        affinity: this.#affinity,
        stopTaking,
        alerts,
        folders: new FolderQueue({ ...shared, events, isListingOnly }),
        background: (ended, failed) => this.#work(ended, failed),
      },
    });
    const meter = createMeter(stats);
    this.#workerHeartbeat = new WorkerHeartbeat({
      nats,
      workers: job.tables.workers,
      worker,
      role,
      report: () => {
        const { objectsPerSecond, bytesPerSecond } = meter();
        return {
          state: this.admission.isFull ? 'full' : 'working',
          openParts: this.queue.held,
          openObjects: this.queue.openObjects,
          ...(!gate.isOpen && { isPaused: true }),
          ...(options.ownLimits && { limits: options.ownLimits() }),
          objectsPerSecond: Math.round(objectsPerSecond),
          bytesPerSecond: Math.round(bytesPerSecond),
          volumes: disks.report(),
        };
      },
    });
    passOn({ nats, names: job.names, worker, alerts, events });
    this.#limits =
      options.limits && new SharedLimits({ nats, meta: job.tables.meta, worker, limits: options.limits, events });
    nats.onRestart(() => void this.progress.recover().catch(() => {}));
  }

  /** Rejects with ERR_QUEUE, ERR_STATE, or a ConfigError when the name belongs to another job. */
  static async open(options: SessionOptions): Promise<WorkerSession> {
    const {
      access,
      join: joining,
      events,
      signal,
      connectTimeoutMs,
      stateFolder,
      isSynced,
      giveWay,
      isAudit,
      role,
    } = options;
    const url = access.servers.join(',');
    const nats = await QueueConnection.connect({
      access,
      connectTimeoutMs,
      signal,
      onAway: (sinceMs) => events.notice('queue-away', say.queue.connection.away(url, sinceMs)),
      onBack: (awayMs) => events.notice('queue-back', say.queue.connection.back(url, awayMs)),
    });
    try {
      const job = await joinJob(nats, joining);
      const openBatches = new OpenBatches(join(stateFolder, job.record.id), {
        isSynced,
        giveWay,
        logBytes: async () => (await options.files.logBytes?.()) ?? {},
      });
      const session = new WorkerSession(nats, job, openBatches, options);
      const { name } = joining;
      const { begun, joined } = say.queue.job;
      events.notice('queue-joined', job.isNew ? begun(name) : joined(name, job.record.createdAt));
      await session.progress.recover();
      const files = options.memory?.begin(job.record.id);
      session.isFirstRun = files?.isFirstRun ?? true;
      // A machine without files declares, too: the others may have what it would fetch.
      if (files !== undefined) await session.#affinity.declare({ hasFiles: !files.isFresh, peers: files.peers });
      if (isAudit) await wantAudit(nats, job.tables);
      if (job.record.kind === 'listing' && role !== 'fetch') await seed(nats, job);
      return session;
    } catch (error) {
      await nats.close();
      throw error;
    }
  }

  /** Works until the pipeline has `ended` or `failed`. Then commits the last batches and requeues the rest. */
  async #work(ended: AbortSignal, failed: AbortSignal): Promise<void> {
    this.#workerHeartbeat.begin();
    const over = AbortSignal.any([ended, failed]);
    const limiting = this.#limits?.run(over);
    const entering = this.#commits.run();
    // A failed commit ends the run; it is thrown below.
    const broken = new AbortController();
    entering.catch((error) => broken.abort(error));
    try {
      await this.#tend(AbortSignal.any([over, broken.signal]));
    } finally {
      this.#commits.end();
      const rest = (async () => {
        await entering;
        await limiting;
        await this.queue.requeueAll();
        await this.#workerHeartbeat.end();
      })();
      if (failed.aborted)
        await within(
          LAST_REPORT_MS,
          rest.catch(() => {}),
          () => {},
        );
      else await rest;
      this.#heartbeat.close();
    }
  }

  async #tend(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await sleep(TEND_MS * (0.75 + Math.random() / 2), until).catch(() => {});
      if (until.aborted || this.nats.isAway) continue;
      await this.progress.tend();
    }
  }

  /** Stores the names of the machines that this destination has worked with. */
  async remember(): Promise<void> {
    if (this.#options.memory === undefined) return;
    const { shares } = this.progress.ledger;
    const storing = [...shares].filter(([, { settled }]) => settled > 0).map(([name]) => name);
    const names = [...storing, ...(await this.#affinity.all())];
    this.#options.memory.remember(names.filter((name) => name !== this.#options.worker));
  }

  /** What this machine has done by the tables, earlier runs included. */
  get share(): Tally {
    return this.progress.ledger.share(this.#options.worker);
  }

  /** What all machines have done. */
  async totals(): Promise<SharedTotals> {
    const { isComplete } = await this.progress.look();
    const { totals } = this.progress.ledger;
    const { settled, stored, skipped, gone, failed, bytes } = totals;
    const counts = { listed: settled, stored, skipped, gone, failed, bytes, ...checksOf(totals) };
    return { name: this.job.names.job, ...counts, isComplete };
  }

  async #isAlone(): Promise<boolean> {
    const workers = await readWorkers(this.nats, this.job);
    const others = workers.filter(({ name, role, state }) => {
      return name !== this.#options.worker && role !== 'list' && state !== 'done';
    });
    const nowMs = Math.max(...workers.map(({ seenAtMs }) => seenAtMs));
    return others.every(({ state, seenAtMs }) => state === 'full' || nowMs - seenAtMs > ABSENT_MS);
  }

  async close(): Promise<void> {
    this.#heartbeat.close();
    await this.#openBatches.close();
    await this.nats.close();
  }
}
