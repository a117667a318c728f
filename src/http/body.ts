/** A large body on its way from the socket to the disk: a bounded buffer that pauses the socket. */
import type { TransferError } from '../errors.js';
import type { Flow } from '../lib/http1/transport.js';

/** The socket is paused while more than this waits; together with one socket read it is all that a body holds. */
export const BODY_BUFFER_BYTES = 256 * 1024;

/** As large as a read can be. */
const CHUNK_BYTES = 64 * 1024;

interface Chunk {
  readonly bytes: Buffer;
  /** To be used again: ours alone, which a buffer of Node's is not. */
  readonly memory?: Buffer;
}

/**
 * Pieces as they come from the socket; iterate once. The memory of a piece is used again when the next one is asked for.
 * A failed transfer is thrown by the iteration.
 */
export class BodyStream implements AsyncIterable<Buffer> {
  readonly #flow: Flow;
  #chunks: Chunk[] = [];
  /** Memory of pieces that have been taken. */
  readonly #spare: Buffer[] = [];
  #waitingBytes = 0;
  #isEnded = false;
  #error: TransferError | undefined;
  #wake: (() => void) | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(chunk: Buffer): void {
    // Its memory is used again for the next read.
    this.#chunks.push(this.#copy(chunk));
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > BODY_BUFFER_BYTES) this.#flow.pause();
    this.#wake?.();
  }

  end(error?: TransferError): void {
    this.#isEnded = true;
    this.#error = error;
    this.#wake?.();
  }

  /** Gives up on the rest of the body; the connection is closed. */
  abort(reason: TransferError): void {
    if (!this.#isEnded) this.#flow.abort(reason);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      while (this.#chunks.length > 0) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#waitingBytes = 0;
        for (const chunk of chunks) {
          yield chunk.bytes;
          if (chunk.memory !== undefined) this.#spare.push(chunk.memory);
        }
      }
      if (this.#error !== undefined) throw this.#error;
      if (this.#isEnded) return;
      // Resuming may deliver data at once, from within this call.
      this.#flow.resume();
      if (this.#chunks.length > 0 || this.#isEnded) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #copy(chunk: Buffer): Chunk {
    // Small ones would waste it: what waits is bounded by its own bytes.
    if (chunk.length > CHUNK_BYTES || chunk.length < CHUNK_BYTES / 2) return { bytes: Buffer.from(chunk) };
    const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    chunk.copy(memory);
    return { bytes: memory.subarray(0, chunk.length), memory };
  }
}
