/** A large body that breaks off goes on where it was, as long as the server proves that it is the same one. */
import { type TransferError, toTransferError } from '../errors.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import type { FetchedObject } from '../sources/source.js';

/** Breaks after less than this count against the attempts; a line that brings more each time gets there. */
const PROGRESS_BYTES = WHOLE_BODY_BYTES;

/** What a transfer ends with when the connection is at fault. */
const BREAKS: ReadonlySet<string> = new Set([
  'ERR_NETWORK',
  'ERR_TIMEOUT',
  'ERR_TRUNCATED',
  'ERR_SERVER',
  'ERR_UNREACHABLE',
]);

export interface ResumeOptions {
  /** Breaks in a row without progress before it is given up. */
  retries: number;
  /** Asks for the rest once that makes sense; `count` is the number of breaks in a row. Rejects when it cannot be had. */
  rest: (fromBytes: number, error: TransferError, count: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** Only the MD5 of the whole proves that the parts fit together. */
export function canResume({ size, md5, etag }: FetchedObject): boolean {
  return size !== undefined && md5 !== undefined && etag !== undefined;
}

/** The pieces of the whole body, whatever number of connections they take. */
export async function* resumed(
  first: AsyncIterable<Uint8Array>,
  { retries, rest }: ResumeOptions,
): AsyncGenerator<Uint8Array, void, void> {
  let pieces: AsyncIterable<Uint8Array> | undefined = first;
  let received = 0;
  let breaks = 0;
  /** The one that began the present row of breaks: those that follow may only say that the server is away. */
  let cause: TransferError | undefined;
  for (;;) {
    const begun = received;
    try {
      pieces ??= await rest(received, cause!, breaks);
      for await (const piece of pieces) {
        received += piece.length;
        yield piece;
      }
      return;
    } catch (thrown) {
      const error = toTransferError(thrown);
      const isProgress = received - begun >= PROGRESS_BYTES;
      if (isProgress || cause === undefined) cause = error;
      breaks = isProgress ? 1 : breaks + 1;
      if (!BREAKS.has(error.code)) throw error;
      if (breaks > retries) throw cause;
      pieces = undefined;
    }
  }
}
