/**
 * One limit for all machines. The shares stand in one entry that is only changed if nobody else has changed it meanwhile, and
 * whoever takes more leaves what the others hold: their sum never exceeds the limit. Shares follow demand: each machine says what
 * it could use and comes down to what is fair. Whoever cannot reach the queue keeps what he has.
 */
import type { KV } from '@nats-io/kv';
import type { Reporter } from '../../../events/reporter.js';
import { sleep } from '../../../lib/waiting/sleep.js';
import type { Limits } from '../../../pacing/limits/limits.js';
import type { RateLimit } from '../../../pacing/limits/rate-limit.js';
import { fairShares } from '../../../pacing/limits/shares.js';
import { type Holding, isHolding, isHoldings } from '../connection/forms.js';
import type { QueueConnection } from '../connection/queue-connection.js';
import { createEntry, isBadEntry, META, readEntry, updateEntry } from '../connection/records.js';

const RENEW_MS = 400;
/** Whoever has not renewed for so long is gone, and the others have his share. */
const GONE_MS = 6_000;
/** What a machine is used to is not all that it could use. */
const HEADROOM = 1.5;
/** Of an equal share: enough to begin with at once. */
const LEAST_SHARE = 0.1;

const RESOURCES = ['bytes', 'objects', 'lists'] as const;
type Resource = (typeof RESOURCES)[number];

type Holdings = Record<string, Holding<Resource>>;

export interface FleetLimitsOptions {
  nats: QueueConnection;
  meta: KV;
  worker: string;
  limits: Limits;
  reporter: Pick<Reporter, 'notice'>;
  nowMs?: () => number;
}

export class FleetLimits {
  readonly #options: FleetLimitsOptions;
  readonly #nowMs: () => number;
  /** When a machine has last been seen to renew, by our own clock. */
  readonly #seen = new Map<string, { beat: number; atMs: number }>();
  readonly #used = new Map<Resource, { amount: number; atMs: number }>();
  #beat = 0;

  constructor(options: FleetLimitsOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    // Nothing goes out before it is known how much may.
    for (const name of RESOURCES) if (this.#limit(name).wished !== undefined) this.#limit(name).share(0);
  }

  /** Until `signal` aborts; then the share is the others'. */
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
    const { meta, worker, reporter } = this.#options;
    const entry = await readEntry(meta, META.limits, isHoldings);
    if (entry === undefined && (await isBadEntry(meta, META.limits, isHoldings)))
      reporter.notice(
        'queue-limits',
        'what the queue says of the shared limits is none of ours: they are shared out anew',
      );
    const holdings = this.#present(entry?.value ?? {});
    const mine: Holding<Resource> = { beat: ++this.#beat, share: {}, want: {} };
    for (const name of RESOURCES) {
      const total = this.#limit(name).wished;
      if (total !== undefined) this.#claim(name, total, { holdings, mine });
    }
    const next = { ...holdings, [worker]: mine };
    const isMine =
      entry === undefined
        ? await createEntry(meta, META.limits, next, isHoldings)
        : await updateEntry(meta, META.limits, next, entry.revision);
    if (!isMine) return;
    for (const name of RESOURCES) this.#limit(name).share(mine.share[name]);
  }

  #claim(name: Resource, total: number, { holdings, mine }: { holdings: Holdings; mine: Holding<Resource> }): void {
    const { worker } = this.#options;
    const others = Object.entries(holdings).filter(([other]) => other !== worker);
    const want = this.#want(name, total, others.length + 1);
    const wants = [want, ...others.map(([, holding]) => holding.want[name] ?? 0)];
    const [fair] = fairShares(total, wants);
    const held = others.reduce((sum, [, { share }]) => sum + (share[name] ?? 0), 0);
    mine.want[name] = want;
    // A machine that renews later comes down by itself; until then what it holds is its own.
    mine.share[name] = Math.max(0, Math.min(fair!, total - held));
  }

  /** What could be used: all of it when somebody waits, otherwise somewhat more than what was used lately. */
  #want(name: Resource, total: number, machines: number): number {
    const limit = this.#limit(name);
    const atMs = this.#nowMs();
    const before = this.#used.get(name) ?? { amount: limit.taken, atMs: atMs - RENEW_MS };
    this.#used.set(name, { amount: limit.taken, atMs });
    if (limit.waiting > 0) return total;
    const perSecond = ((limit.taken - before.amount) * 1000) / Math.max(1, atMs - before.atMs);
    return Math.min(total, Math.max(perSecond * HEADROOM, (total / machines) * LEAST_SHARE));
  }

  /** Without those who are gone, and what is none of ours. */
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
