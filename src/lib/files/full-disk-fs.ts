/** System calls for a write stream. When the disk is full, a call makes room and is repeated. */
import { close, open, write, writev } from 'node:fs';
import { type GiveWay, isNoSpace } from './with-space.js';

interface Calls {
  close: typeof close;
  open: typeof open;
  write: typeof write;
  writev: typeof writev;
}

type Done = (error: NodeJS.ErrnoException | null, ...results: never[]) => void;

/** For `createWriteStream`; undefined = the usual calls. The stream itself skips bytes that the disk already took. */
export function fullDiskFs(giveWay: GiveWay | undefined): { fs: Calls } | undefined {
  if (giveWay === undefined) return undefined;
  const repeating = <T extends (...args: never[]) => void>(call: T): T => {
    const repeated = (...args: unknown[]): void => {
      const done = args.pop() as Done;
      const attempt = (number: number): void => {
        const onDone: Done = (error, ...results) => {
          if (isNoSpace(error ?? {}) && giveWay(number)) attempt(number + 1);
          else done(error, ...results);
        };
        call(...([...args, onDone] as never[]));
      };
      attempt(1);
    };
    return repeated as unknown as T;
  };
  return { fs: { close, open: repeating(open), write: repeating(write), writev: repeating(writev) } };
}
