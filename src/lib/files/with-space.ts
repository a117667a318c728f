/** Writes what must be written even on a full disk: reserved space is released step by step. */

/**
 * Releases some reserved space. Returns false when none is left that would help. `attempt` is the writer's attempt,
 * from 1.
 */
export type GiveWay = (attempt: number) => boolean;

const NO_SPACE: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Whether the disk is full, and nothing worse is wrong. */
export function isNoSpace(error: unknown): boolean {
  return NO_SPACE.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Repeats `work` as long as the disk is full and space can be released. `work` must be repeatable. */
export async function withSpace<T>(work: () => Promise<T>, giveWay: GiveWay | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isNoSpace(error) || !giveWay?.(attempt)) throw error;
    }
  }
}

/** The same for synchronous work in a thread. */
export function withSpaceSync<T>(work: () => T, giveWay: GiveWay | undefined): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isNoSpace(error) || !giveWay?.(attempt)) throw error;
    }
  }
}
