/** A large body on its way to the thread: gathered into pieces of one size, with a few in flight. */

import type { Arena, Place } from '../../lib/md5/arena.js';

/** Pieces of a large body in flight to the disk: one is being written, one is in transfer. */
const PIECES_IN_FLIGHT = 2;
/** Socket reads are gathered to this size: fewer messages and system calls for the same bytes. */
const PIECE_BYTES = 256 * 1024;

/** Allows a few writes in flight. The next step throws the first failure. */
export class Credit {
  #inFlight: Promise<unknown>[] = [];

  async take(write: Promise<unknown>): Promise<void> {
    // Marks the rejection as handled. The promise is awaited below, in order.
    write.catch(() => {});
    this.#inFlight.push(write);
    if (this.#inFlight.length >= PIECES_IN_FLIGHT) await this.#inFlight.shift();
  }

  async settle(): Promise<void> {
    for (const write of this.#inFlight) await write;
  }
}

/**
 * Small pieces → pieces of {@link PIECE_BYTES}, in the arena when it has room, else with their own memory. The caller
 * must free each piece.
 */
export async function* gather(
  pieces: AsyncIterable<Uint8Array>,
  memory: Memory,
): AsyncGenerator<Uint8Array, void, void> {
  let gathered: Uint8Array | undefined;
  let length = 0;
  try {
    for await (const piece of pieces) {
      for (let offset = 0; offset < piece.length; ) {
        gathered ??= memory.allocate(PIECE_BYTES);
        const taken = Math.min(piece.length - offset, PIECE_BYTES - length);
        gathered.set(piece.subarray(offset, offset + taken), length);
        offset += taken;
        length += taken;
        if (length < PIECE_BYTES) continue;
        const full = gathered;
        gathered = undefined;
        length = 0;
        yield full;
      }
    }
    const last = gathered;
    gathered = undefined;
    if (last !== undefined) yield last.subarray(0, length);
  } finally {
    if (gathered !== undefined) memory.free(gathered);
  }
}

/** Memory for pieces: in the arena when it has room. */
export class Memory {
  readonly #arena: Arena | undefined;

  constructor(arena: Arena | undefined) {
    this.#arena = arena;
  }

  allocate(bytes: number): Uint8Array {
    return this.#arena?.allocate(bytes) ?? Buffer.allocUnsafeSlow(bytes);
  }

  placeOf(memory: Uint8Array): Place | undefined {
    return this.#arena?.placeOf(memory);
  }

  /** Memory outside the arena needs no call. */
  free(memory: Uint8Array): void {
    if (this.placeOf(memory) !== undefined) this.#arena!.free(memory as Uint8Array<SharedArrayBuffer>);
  }
}
