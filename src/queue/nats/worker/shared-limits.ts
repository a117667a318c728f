/**
 * One rate limit for all machines. All shares are in one table entry, changed by compare-and-set. A machine takes
 * only what the others do not hold, so the sum never exceeds the limit. Shares follow demand: each machine states
 * what it could use and reduces its share to the fair one. A machine without a connection to the queue keeps its
 * share.
 */
import type { KV } from '@nats-io/kv';
import type { EventBus } from '../../../events/bus.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import type { Limits } from '../../../pacing/limits/limits.js';
import type { RateLimit } from '../../../pacing/limits/rate-limit.js';
import { fairShares } from '../../../pacing/limits/shares.js';
import { say } from '../../../texts/say.js';
import { type Holding, isHolding, isHoldings } from '../connection/forms.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, isBadEntry, META, readEntry, updateEntry } from '../connection/records.js';

const RENEW_MS = 400;
/** A machine that has not renewed for so long is gone; the others get its share. */
const GONE_MS = 6_000;
/** A machine could use more than it has used so far: factor on its recent rate. */
const HEADROOM = 1.5;
/** Part of an equal share that each machine asks for at least, so that it can start at once. */
const LEAST_SHARE = 0.1;

const RESOURCES = ['bytes', 'objects', 'lists'] as const;
type Resource = (typeof RESOURCES)[number];

type Holdings = Record<string, Holding<Resource>>;

export interface SharedLimitsOptions {
  nats: QueueConnection;
  meta: KV;
  worker: string;
  limits: Limits;
  events: Pick<EventBus, 'notice'>;
  nowMs?: () => number;
}

export class SharedLimits {
  readonly #options: SharedLimitsOptions;
  readonly #nowMs: () => number;
  /** When this machine has last seen another one renew, by its own clock. */
  readonly #seen = new Map<string, { beat: number; atMs: number }>();
  readonly #used = new Map<Resource, { amount: number; atMs: number }>();
  #beat = 0;

  constructor(options: SharedLimitsOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    // No request goes out before the first share is known.
    for (const name of RESOURCES) if (this.#limit(name).wished !== undefined) this.#limit(name).share(0);
  }

  /** Renews the share until `signal` aborts, then releases it. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.#options.nats.isAway) await this.#renew().catch(() => {});
      await sleep(RENEW_MS * (0.75 + Math.random() / 2), signal).catch(() => {});
    }
    await this.#leave().catch(() => {});
  }

  #limit(name: Resource): RateLimit {
    return this.#options.limits[name];
  }

  async #renew(): Promise<void> {
    const { meta, worker, events } = this.#options;
    const entry = await readEntry(meta, META.limits, isHoldings);
    if (entry === undefined && (await isBadEntry(meta, META.limits, isHoldings)))
      events.notice('queue-limits', say.queue.strange.limits);
    const holdings = this.#present(entry?.value ?? {});
    const mine: Holding<Resource> = { beat: ++this.#beat, share: {}, want: {} };
    for (const name of RESOURCES) {
      const total = this.#limit(name).wished;
      if (total !== undefined) this.#setShare(name, total, { holdings, mine });
    }
    const next = { ...holdings, [worker]: mine };
    const isMine =
      entry === undefined
        ? await createEntry(meta, META.limits, next, isHoldings)
        : await updateEntry(meta, META.limits, next, entry.revision);
    if (!isMine) return;
    for (const name of RESOURCES) this.#limit(name).share(mine.share[name]);
  }

  #setShare(name: Resource, total: number, { holdings, mine }: { holdings: Holdings; mine: Holding<Resource> }): void {
    const { worker } = this.#options;
    const others = Object.entries(holdings).filter(([other]) => other !== worker);
    const want = this.#want(name, total, others.length + 1);
    const wants = [want, ...others.map(([, holding]) => holding.want[name] ?? 0)];
    const [fair] = fairShares(total, wants);
    const held = others.reduce((sum, [, { share }]) => sum + (share[name] ?? 0), 0);
    mine.want[name] = want;
    // Another machine reduces its share at its next renewal; until then it keeps what it holds.
    mine.share[name] = Math.max(0, Math.min(fair!, total - held));
  }

  /** Demand per second: the whole limit when a request waits, otherwise somewhat more than the recent rate. */
  #want(name: Resource, total: number, machines: number): number {
    const limit = this.#limit(name);
    const atMs = this.#nowMs();
    const before = this.#used.get(name) ?? { amount: limit.taken, atMs: atMs - RENEW_MS };
    this.#used.set(name, { amount: limit.taken, atMs });
    if (limit.waiting > 0) return total;
    const perSecond = ((limit.taken - before.amount) * 1000) / Math.max(1, atMs - before.atMs);
    return Math.min(total, Math.max(perSecond * HEADROOM, (total / machines) * LEAST_SHARE));
  }

  /** Drops machines that are gone, and invalid entries. */
  #present(holdings: Readonly<Record<string, unknown>>): Holdings {
    const nowMs = this.#nowMs();
    const right = Object.entries(holdings).filter((held): held is [string, Holding<Resource>] => isHolding(held[1]));
    return Object.fromEntries(
      right.filter(([worker, { beat }]) => {
        const seen = this.#seen.get(worker);
        if (seen === undefined || seen.beat !== beat) this.#seen.set(worker, { beat, atMs: nowMs });
        return nowMs - this.#seen.get(worker)!.atMs <= GONE_MS;
      }),
    );
  }

  async #leave(): Promise<void> {
    const { nats, meta, worker } = this.#options;
    for (let attempt = 0; attempt < LEAVING_ATTEMPTS && !nats.isAway; attempt++) {
      const entry = await readEntry(meta, META.limits, isHoldings);
      if (entry === undefined) return;
      const { [worker]: _mine, ...others } = entry.value;
      if (await updateEntry(meta, META.limits, others, entry.revision)) return;
    }
  }
}

const LEAVING_ATTEMPTS = 5;
