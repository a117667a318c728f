/** One machine's part in a job that several share: everything that has to be there for it, begun and ended together. */
import { join } from 'node:path';
import { Alerts } from '../../../events/alerts.js';
import type { SharedTotals } from '../../../events/books.js';
import { createMeter } from '../../../events/rate.js';
import { formatSeconds } from '../../../events/units.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import { within } from '../../../lib/waiting/within.js';
import type { Tally } from '../../../model/tally.js';
import { Engine } from '../connection/engine.js';
import { Keeper } from '../connection/keeper.js';
import { Holders } from '../job/holders.js';
import { joinJob, type SharedJob, seed } from '../job/job.js';
import { ABSENT_MS, Presence, readWorkers } from '../job/presence.js';
import { SetAside } from '../job/set-aside.js';
import { JobStanding } from '../job/standing.js';
import { wantAudit } from '../job/walks.js';
import { Claims } from './claims.js';
import { FleetLimits } from './fleet-limits.js';
import type { FleetOptions } from './fleet-options.js';
import { FolderQueue } from './folder-queue.js';
import { NatsQueue } from './nats-queue.js';
import { passOn } from './news.js';
import { OpenParts } from './open-parts.js';
import { PartFeed } from './part-feed.js';
import { Room } from './room.js';

/** How often it is looked after what the engine may have lost. */
const TEND_MS = 2_000;
/** A run that has failed has so long to tell the others what it has done. */
const LAST_WORDS_MS = 10_000;

export class Fleet {
  readonly queue: NatsQueue;
  readonly feed: PartFeed;
  readonly folders: FolderQueue;
  readonly job: SharedJob;
  readonly engine: Engine;
  readonly standing: JobStanding;
  readonly room: Room;
  /** What the machines tell each other about the server. */
  readonly alerts = new Alerts();
  /** No run before this one has worked here on this job: what those have finished stands in their lists only. */
  isFirstRun = true;
  readonly #options: FleetOptions;
  readonly #claims: Claims;
  readonly #openParts: OpenParts;
  readonly #keeper: Keeper;
  readonly #presence: Presence;
  readonly #holders: Holders;
  readonly #limits: FleetLimits | undefined;

  private constructor(engine: Engine, job: SharedJob, openParts: OpenParts, options: FleetOptions) {
    const { worker, role, files, disks, books, reporter, failures, limit, isListingOnly } = options;
    this.#options = options;
    this.#openParts = openParts;
    this.engine = engine;
    this.job = job;
    this.standing = new JobStanding(engine, job, reporter);
    this.room = new Room({
      ...disks,
      reporter,
      isNobodyElse: () => this.#isNobodyElse(),
      onChange: () => this.#presence.change(),
    });
    this.#keeper = new Keeper({
      leaseMs: job.record.leaseMs,
      progress: options.progress,
      isWaiting: () => options.isWaiting() || this.feed.isFull || this.engine.isAway,
    });
    this.#claims = new Claims({
      ...{ engine, job, worker, files, openParts, books, reporter, failures, keeper: this.#keeper },
      onReleased: (held) => this.queue.released(held),
    });
    this.#holders = new Holders({ engine, job, worker, count: options.disks.count, reporter });
    const setAside = new SetAside({ engine, job, reporter });
    const shared = { engine, job, standing: this.standing, keeper: this.#keeper, setAside };
    const leaving = new AbortController();
    this.feed = new PartFeed({ ...shared, worker, limit, leaving: leaving.signal });
    this.queue = new NatsQueue({
      ...{
        ...shared,
        worker,
        claims: this.#claims,
        openParts,
        room: this.room,
        settled: () => books.settled,
        feed: this.feed,
        holders: this.#holders,
        leaving,
      },
    });
    this.folders = new FolderQueue({ ...shared, reporter, isListingOnly });
    const meter = createMeter(books);
    this.#presence = new Presence({
      engine,
      workers: job.tables.workers,
      worker,
      role,
      tell: () => {
        const { objectsPerSecond, bytesPerSecond } = meter();
        return {
          state: this.room.isFull ? 'full' : 'working',
          openParts: this.queue.held,
          objectsPerSecond: Math.round(objectsPerSecond),
          bytesPerSecond: Math.round(bytesPerSecond),
          volumes: disks.tell(),
        };
      },
    });
    passOn({ engine, names: job.names, worker, alerts: this.alerts, reporter });
    this.#limits =
      options.limits && new FleetLimits({ engine, meta: job.tables.meta, worker, limits: options.limits, reporter });
    engine.onRestart(() => void this.standing.recover().catch(() => {}));
  }

  /** Rejects with ERR_QUEUE, ERR_STATE, or a ConfigError when the job is another one. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const {
      access,
      join: joining,
      reporter,
      signal,
      patienceMs,
      stateFolder,
      isSynced,
      giveWay,
      isAudit,
      role,
    } = options;
    const url = access.servers.join(',');
    const engine = await Engine.connect({
      access,
      patienceMs,
      signal,
      onAway: (sinceMs) =>
        reporter.notice(
          'queue-away',
          `the queue ${url} does not answer since ${new Date(sinceMs).toISOString()}: what is under way is finished, the rest waits`,
        ),
      onBack: (awayMs) =>
        reporter.notice('queue-back', `the queue ${url} answers again after ${formatSeconds(awayMs / 1000)}: going on`),
    });
    try {
      const job = await joinJob(engine, joining);
      const openParts = new OpenParts(join(stateFolder, job.record.id), {
        isSynced,
        giveWay,
        logBytes: async () => (await options.files.logBytes?.()) ?? {},
      });
      const fleet = new Fleet(engine, job, openParts, options);
      const { name } = joining;
      reporter.notice(
        'queue-joined',
        job.isNew
          ? `job ${name}: begun; other machines join it with the same command`
          : `job ${name}: joined (begun ${job.record.createdAt})`,
      );
      await fleet.standing.recover();
      const files = options.memory?.begin(job.record.id);
      fleet.isFirstRun = files?.isFirstRun ?? true;
      // Also by a machine that has none: the others may have what it would fetch.
      if (files !== undefined) await fleet.#holders.declare({ hasFiles: !files.isFresh, peers: files.peers });
      if (isAudit) await wantAudit(engine, job.tables);
      if (job.record.kind === 'listing' && role !== 'fetch') await seed(engine, job);
      return fleet;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** Beside the pipeline, until that has `ended` or `failed`; then the last parts are entered, and what is left goes back. */
  async run(ended: AbortSignal, failed: AbortSignal): Promise<void> {
    this.#presence.begin();
    const over = AbortSignal.any([ended, failed]);
    const limiting = this.#limits?.run(over);
    const entering = this.#claims.run();
    // A failure of the claims ends the run; it is thrown below.
    const broken = new AbortController();
    entering.catch((error) => broken.abort(error));
    try {
      await this.#tend(AbortSignal.any([over, broken.signal]));
    } finally {
      this.#claims.end();
      const rest = (async () => {
        await entering;
        await limiting;
        await this.queue.surrenderAll();
        await this.#presence.end();
      })();
      if (failed.aborted)
        await within(
          LAST_WORDS_MS,
          rest.catch(() => {}),
          () => {},
        );
      else await rest;
      this.#keeper.close();
    }
  }

  async #tend(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      await sleep(TEND_MS * (0.75 + Math.random() / 2), until).catch(() => {});
      if (until.aborted || this.engine.isAway) continue;
      await this.standing.tend();
    }
  }

  /** From now on this folder knows who has worked with it. */
  async remember(): Promise<void> {
    if (this.#options.memory === undefined) return;
    const { shares } = this.standing.ledger;
    const storing = [...shares].filter(([, { settled }]) => settled > 0).map(([name]) => name);
    const names = [...storing, ...(await this.#holders.all())];
    this.#options.memory.remember(names.filter((name) => name !== this.#options.worker));
  }

  /** What this machine has done, by the tables: also what runs before this one have. */
  get share(): Tally {
    return this.standing.ledger.share(this.#options.worker);
  }

  /** What all machines have done. */
  async totals(): Promise<SharedTotals> {
    const { isComplete } = await this.standing.look();
    const { settled, stored, skipped, gone, failed, bytes } = this.standing.ledger.totals;
    return { name: this.job.names.job, listed: settled, stored, skipped, gone, failed, bytes, isComplete };
  }

  async #isNobodyElse(): Promise<boolean> {
    const workers = await readWorkers(this.engine, this.job.tables.workers);
    const others = workers.filter(({ name, role, state }) => {
      return name !== this.#options.worker && role !== 'list' && state !== 'done';
    });
    const nowMs = Math.max(...workers.map(({ seenAtMs }) => seenAtMs));
    return others.every(({ state, seenAtMs }) => state === 'full' || nowMs - seenAtMs > ABSENT_MS);
  }

  async close(): Promise<void> {
    this.#keeper.close();
    await this.#openParts.close();
    await this.engine.close();
  }
}
