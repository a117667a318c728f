/** What has to be written although its disk is full: room that was set aside for it gives way, step by step. */

/** Gives up some of that room; false when none is left that would help. `attempt` is that of the writer, from 1 on. */
export type GiveWay = (attempt: number) => boolean;

const NO_ROOM: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** Whether a disk has refused for want of room, and for nothing worse. */
export function isNoRoom(error: unknown): boolean {
  return NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '');
}

/** Repeats work that may be repeated, as long as it fails for want of room and some gives way. */
export async function withRoom<T>(work: () => Promise<T>, giveWay: GiveWay | undefined): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isNoRoom(error) || !giveWay?.(attempt)) throw error;
    }
  }
}

/** The same for the work of a thread. */
export function withRoomSync<T>(work: () => T, giveWay: GiveWay | undefined): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isNoRoom(error) || !giveWay?.(attempt)) throw error;
    }
  }
}
