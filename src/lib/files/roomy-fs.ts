/** The system calls of a write stream, of which those that a full disk refuses are repeated while room gives way. */
import { close, open, write, writev } from 'node:fs';
import { type GiveWay, isNoRoom } from './with-room.js';

interface Calls {
  close: typeof close;
  open: typeof open;
  write: typeof write;
  writev: typeof writev;
}

type Done = (error: NodeJS.ErrnoException | null, ...results: never[]) => void;

/** For `createWriteStream`; undefined = the usual ones. A part that the disk took is not written again: the stream sees to that. */
export function roomyFs(giveWay: GiveWay | undefined): { fs: Calls } | undefined {
  if (giveWay === undefined) return undefined;
  const patient = <T extends (...args: never[]) => void>(call: T): T => {
    const repeated = (...args: unknown[]): void => {
      const done = args.pop() as Done;
      const attempt = (number: number): void => {
        const onDone: Done = (error, ...results) => {
          if (isNoRoom(error ?? {}) && giveWay(number)) attempt(number + 1);
          else done(error, ...results);
        };
        call(...([...args, onDone] as never[]));
      };
      attempt(1);
    };
    return repeated as unknown as T;
  };
  return { fs: { close, open: patient(open), write: patient(write), writev: patient(writev) } };
}
