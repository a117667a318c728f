/**
 * The keys that sign requests: those of a file or the environment, or those of the SDK's provider chain (SSO, roles,
 * containers, instances, processes), which expire and are renewed.
 */
import { TransferError } from '../../../errors.js';
import { say } from '../../../texts/say.js';
import type { Keys } from '../sign.js';

export interface KeyProvider {
  /** The keys, where they are at hand and will hold for a while. */
  now(): Keys | undefined;
  /** Rejects with ERR_AUTH. */
  get(): Promise<Keys>;
  /** The server says that these keys have expired. Returns whether there are others now. */
  renew(used: Keys): Promise<boolean>;
}

/** Keys that are written somewhere. `reread` reads them again: others may renew temporary keys there during a long run. */
export function fixedKeys(given: Keys, reread?: (() => Keys | undefined) | undefined): KeyProvider {
  let keys = given;
  return {
    now: () => keys,
    get: async () => keys,
    async renew(used) {
      if (isSame(keys, used)) keys = reread?.() ?? keys;
      return !isSame(keys, used);
    },
  };
}

/** What the SDK's chain returns. */
export interface ChainKeys extends Keys {
  readonly expiration?: Date | undefined;
}

export type Chain = (options?: { forceRefresh?: boolean }) => Promise<ChainKeys>;

/** Keys are asked for again so long before they expire … */
const EARLY_MS = 5 * 60_000;
/** … but not more often than this: a process or a server answers each time. */
const PAUSE_MS = 60_000;

/** Asks the chain once for many requests. `load` imports the SDK. */
export function chainKeys(load: () => Promise<Chain>, nowMs: () => number = Date.now): KeyProvider {
  let chain: Promise<Chain> | undefined;
  let known: ChainKeys | undefined;
  let askedMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<ChainKeys> | undefined;
  let renewing: Promise<ChainKeys> | undefined;

  const leftMs = ({ expiration }: ChainKeys) => (expiration?.getTime() ?? Number.POSITIVE_INFINITY) - nowMs();

  async function ask(forceRefresh: boolean): Promise<ChainKeys> {
    chain ??= load();
    try {
      known = await (await chain)({ forceRefresh });
    } catch (cause) {
      // Keys that still hold are better than none; the next minute asks again.
      const isHeld = !forceRefresh && known !== undefined && leftMs(known) > 0;
      if (!isHeld) throw cause instanceof TransferError ? cause : noKeys(cause);
    }
    askedMs = nowMs();
    return known!;
  }

  return {
    now() {
      if (known === undefined) return undefined;
      const left = leftMs(known);
      return left > EARLY_MS || (left > 0 && nowMs() - askedMs < PAUSE_MS) ? known : undefined;
    },
    get() {
      asking ??= ask(false).finally(() => {
        asking = undefined;
      });
      return renewing ?? asking;
    },
    async renew(used) {
      // Another request may have renewed them meanwhile.
      if (known !== undefined && !isSame(known, used)) return true;
      renewing ??= ask(true).finally(() => {
        renewing = undefined;
      });
      return !isSame(await renewing, used);
    },
  };
}

function isSame(one: Keys, other: Keys): boolean {
  return (
    one.accessKeyId === other.accessKeyId &&
    one.secretAccessKey === other.secretAccessKey &&
    one.sessionToken === other.sessionToken
  );
}

/** The SDK's own text names what it has tried, and no secret. */
function noKeys(cause: unknown): TransferError {
  const text = String((cause as Error)?.message ?? cause).slice(0, 200);
  return new TransferError('ERR_AUTH', say.s3.noKeysFromChain(text), { cause });
}
