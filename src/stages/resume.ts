/** Continues a large body after a break, as long as the server proves that it is the same body. */
import { type TransferError, toTransferError } from '../errors.js';
import { WHOLE_BODY_BYTES } from '../model/whole-body.js';
import type { FetchedObject } from '../sources/source.js';

/** A break after fewer bytes counts as a failed attempt. A connection that brings more each time completes the body. */
const PROGRESS_BYTES = WHOLE_BODY_BYTES;

/** Errors of a transfer that are the connection's fault. */
const BREAKS: ReadonlySet<string> = new Set([
  'ERR_NETWORK',
  'ERR_TIMEOUT',
  'ERR_TRUNCATED',
  'ERR_SERVER',
  'ERR_UNREACHABLE',
]);

export interface ResumeOptions {
  /** Breaks in a row without progress before the body fails. */
  retries: number;
  /** Asks for the rest when the server is ready; `count` = breaks in a row. Rejects when the rest is not available. */
  rest: (fromBytes: number, error: TransferError, count: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** What proves that the pieces fit together: a digest of the whole, or an ETag that no other bytes have. */
export function canResume({ size, md5, digest, etag, isEtagStrong }: FetchedObject): boolean {
  return size !== undefined && etag !== undefined && ((md5 ?? digest) !== undefined || isEtagStrong === true);
}

/** The pieces of the whole body, over any number of connections. */
export async function* resumed(
  first: AsyncIterable<Uint8Array>,
  { retries, rest }: ResumeOptions,
): AsyncGenerator<Uint8Array, void, void> {
  let pieces: AsyncIterable<Uint8Array> | undefined = first;
  let received = 0;
  let breaks = 0;
  /** The first error of the current series: the later ones may only say that the server is away. */
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
