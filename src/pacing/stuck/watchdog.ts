/**
 * Sees to it that a run never hangs: when nothing has moved for a while although there is work, it says what everyone
 * waits for and lets the connections be made anew; when that has not helped three times in a row, it ends the run.
 */
import { TransferError } from '../../errors.js';
import { sleep } from '../../lib/waiting/sleep.js';

/** Times in a row that nothing has moved before the run ends. */
const PATIENCE = 3;
/** Looks for each period: a stall is noticed at most so much later. */
const LOOKS = 8;

export interface WatchdogOptions {
  /** Nothing has moved for so long: a stall. */
  stallMs: number;
  /** Changes whenever something has moved. */
  progress: () => number;
  /** Whether something ought to move: there is work, and nobody waits on purpose. */
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
    if (stalls < PATIENCE) continue;
    throw new TransferError(
      'ERR_STALLED',
      `nothing has moved for ${PATIENCE} times ${Math.round(stallMs / 100) / 10} s, although all connections were made anew: ` +
        'see what the messages before say of the disks and the server, then run the same command again',
    );
  }
}
