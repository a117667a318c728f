/** Writes what must be written even on a full disk: reserved room is released step by step. */

/**
 * Releases some reserved room. Returns false when none is left that would help. `attempt` is the writer's attempt, from
 * 1.
 */
export type GiveWay = (attempt: number) => boolean;

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Whether the disk is full, and nothing worse is wrong. */
export function isNoRoom(error: unknown): boolean {
  return NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Repeats `work` as long as the disk is full and room can be released. `work` must be repeatable. */
export async function withRoom<T>(work: () => Promise<T>, giveWay: GiveWay | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isNoRoom(error) || !giveWay?.(attempt)) throw error;
    }
  }
}

/** The same for synchronous work in a thread. */
export function withRoomSync<T>(work: () => T, giveWay: GiveWay | undefined): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isNoRoom(error) || !giveWay?.(attempt)) throw error;
    }
  }
}
