/** A large body on its way from the socket to the disk: a bounded buffer that pauses the socket (backpressure). */
import type { TransferError } from '../errors.js';
import type { Flow } from '../lib/http1/transport.js';

/** When more bytes than this wait, the socket is paused. A body holds at most this and one socket read. */
export const BODY_BUFFER_BYTES = 256 * 1024;

/** The largest size of a read. */
const CHUNK_BYTES = 64 * 1024;

interface Chunk {
  readonly bytes: Buffer;
  /** Set if this code owns the memory and can reuse it. Node's own buffers cannot be reused. */
  readonly memory?: Buffer;
}

/**
 * Pieces as they arrive from the socket; iterate once. The memory of a piece is reused when the next one is requested.
 * The iteration throws when the transfer fails.
 */
export class BodyStream implements AsyncIterable<Buffer> {
  readonly #flow: Flow;
  #chunks: Chunk[] = [];
  /** Memory of pieces that were consumed. */
  readonly #spare: Buffer[] = [];
  #waitingBytes = 0;
  #isEnded = false;
  #error: TransferError | undefined;
  #wake: (() => void) | undefined;

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  push(chunk: Buffer): void {
    // The socket reuses this memory for the next read.
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

  /** Drops the rest of the body; the connection is closed. */
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
      // `resume` may deliver data at once, inside this call.
      this.#flow.resume();
      if (this.#chunks.length > 0 || this.#isEnded) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
  }

  #copy(chunk: Buffer): Chunk {
    // A small piece would waste the block: the buffer counts only the bytes of the pieces.
    if (chunk.length > CHUNK_BYTES || chunk.length < CHUNK_BYTES / 2) return { bytes: Buffer.from(chunk) };
    const memory = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    chunk.copy(memory);
    return { bytes: memory.subarray(0, chunk.length), memory };
  }
}

/** The pieces of a body, in memory of its own. */
export function concat(chunks: Buffer[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
