/**
 * Makes sure that a run never hangs. When nothing moves for a while although there is work, it reports what the run
 * waits for and has all connections opened again. After three stalls in a row it ends the run.
 */
import { TransferError } from '../../errors.js';
import { sleep } from '../../lib/waiting/sleep.js';
import { say } from '../../texts/say.js';

/** Stalls in a row before the run ends. */
const MAX_STALLS = 3;
/** Checks per period: a stall is noticed at most an eighth of the period late. */
const LOOKS = 8;

export interface WatchdogOptions {
  /** Without progress for this long the run is stalled. */
  stallMs: number;
  /** Returns a number that changes whenever something moves. */
  progress: () => number;
  /** Whether something should move: there is work, and nothing waits on purpose. */
  isBusy: () => boolean;
  /** Called with the number of the stall, 1 to 3. */
  onStall: (count: number, silentMs: number) => void;
  nowMs?: () => number;
}

/** Until `signal` aborts. Rejects with ERR_STALLED. */
export async function watch(options: WatchdogOptions, signal: AbortSignal): Promise<void> {
  const { stallMs, progress, isBusy, onStall, nowMs = () => performance.now() } = options;
  let last = progress();
  let sinceMs = nowMs();
  let stalls = 0;
  while (!signal.aborted) {
    await sleep(stallMs / LOOKS, signal).catch(() => {});
    const now = progress();
    if (now !== last) stalls = 0;
    if (now !== last || !isBusy()) {
      last = now;
      sinceMs = nowMs();
      continue;
    }
    if (signal.aborted || nowMs() - sinceMs < stallMs) continue;
    stalls++;
    onStall(stalls, nowMs() - sinceMs);
    sinceMs = nowMs();
    if (stalls < MAX_STALLS) continue;
    throw new TransferError('ERR_STALLED', say.network.stalled(MAX_STALLS, stallMs));
  }
}
