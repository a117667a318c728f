// Writes a body chunk by chunk no faster than the client reads it, slower still if told so, and ends it as a fault says.

import type { ServerResponse } from 'node:http';

/** What happens after so many body bytes: a TCP reset, silence, or an early but orderly end of the connection. */
export interface BodyEnd {
  readonly afterBytes: number;
  readonly how: 'reset' | 'stall' | 'close';
}

export interface PumpOptions {
  readonly end?: BodyEnd;
  readonly bytesPerSecond?: number;
  /** Told of every piece that is handed to the socket. */
  readonly sent: (bytes: number) => void;
}

const TICK_MS = 50;
// A client that finds the last bytes and the reset at once may take it for an orderly end; so it gets time to read.
const BEFORE_RESET_MS = 20;

/** Rejects only when the content does: a client that has gone away ends it early. */
export async function pump(
  res: ServerResponse,
  content: Buffer | Iterable<Buffer>,
  { end, bytesPerSecond, sent }: PumpOptions,
): Promise<void> {
  let left = end?.afterBytes ?? Number.POSITIVE_INFINITY;
  // The headers must arrive even when no byte of the body does.
  res.flushHeaders();
  for (const chunk of pieces(content, bytesPerSecond)) {
    const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
    left -= piece.length;
    if (piece.length > 0) {
      sent(piece.length);
      if (!res.write(piece)) await drained(res);
    }
    if (res.destroyed) return;
    if (left === 0) break;
    if (bytesPerSecond) await pause(res, TICK_MS);
  }
  if (end) await endBadly(res, end.how);
  else res.end();
}

/** Waits, but not for a client that has gone away. */
export function pause(res: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    if (res.destroyed) return resolve();
    const done = () => {
      clearTimeout(timer);
      res.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    res.once('close', done);
  });
}

function* pieces(content: Buffer | Iterable<Buffer>, bytesPerSecond: number | undefined): Generator<Buffer> {
  const chunks = Buffer.isBuffer(content) ? [content] : content;
  const step = bytesPerSecond ? Math.max(1, Math.round((bytesPerSecond * TICK_MS) / 1000)) : Number.POSITIVE_INFINITY;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += step) yield chunk.subarray(start, start + step);
  }
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (res.destroyed) return resolve();
    const done = () => {
      res.off('drain', done);
      res.off('close', done);
      resolve();
    };
    res.once('drain', done);
    res.once('close', done);
  });
}

async function endBadly(res: ServerResponse, how: BodyEnd['how']): Promise<void> {
  const { socket } = res;
  if (!socket || how === 'stall') return;
  // What was written before must be in the kernel's hands, or a reset would take it back.
  await new Promise<void>((resolve) => socket.write('', () => resolve()));
  if (how === 'reset') await pause(res, BEFORE_RESET_MS);
  if (how === 'reset') socket.resetAndDestroy();
  else socket.destroySoon();
}
