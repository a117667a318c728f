/** A large body on its way to the thread: gathered into pieces of one size, a few of them travelling at once. */

/** Pieces of a large body that are on their way to the disk at once: one being written, one travelling. */
const PIECES_IN_FLIGHT = 2;
/** Socket reads are gathered to this size: fewer messages and system calls for the same bytes. */
const PIECE_BYTES = 256 * 1024;

/** Lets a few writes be on their way at once; the first failed one is thrown at the next step. */
export class Credit {
  #inFlight: Promise<unknown>[] = [];

  async take(write: Promise<unknown>): Promise<void> {
    // Marked as handled here; it is awaited below, in order.
    write.catch(() => {});
    this.#inFlight.push(write);
    if (this.#inFlight.length >= PIECES_IN_FLIGHT) await this.#inFlight.shift();
  }

  async settle(): Promise<void> {
    for (const write of this.#inFlight) await write;
  }
}

/** Small pieces → pieces of {@link PIECE_BYTES} that own their memory, so that they can be transferred. */
export async function* gather(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let gathered: Uint8Array<ArrayBuffer> = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let length = 0;
  for await (const piece of pieces) {
    for (let offset = 0; offset < piece.length; ) {
      const taken = Math.min(piece.length - offset, PIECE_BYTES - length);
      gathered.set(piece.subarray(offset, offset + taken), length);
      offset += taken;
      length += taken;
      if (length < PIECE_BYTES) continue;
      yield gathered;
      gathered = Buffer.allocUnsafeSlow(PIECE_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield gathered.subarray(0, length);
}
