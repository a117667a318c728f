/**
 * A 404 without a code of Upyun's may be that of anything in between: of a gateway whose backend is away, of a proxy. It
 * counts as an answer of the API only where that still lists SOURCE.
 */
import { TransferError, toTransferError } from '../../errors.js';

/** Listing says nothing then about who has answered. */
const NO_LISTING: ReadonlySet<string> = new Set(['ERR_NOT_FOUND', 'ERR_LISTING', 'ERR_PROTOCOL']);

/** Takes an error that is no word of the API's own; resolves once the API has proven to be there, and rejects otherwise. */
export type Witness = (error: TransferError) => Promise<void>;

/** `list` rejects unless it has got a listing. */
export function createWitness(list: () => Promise<unknown>): Witness {
  let running: Promise<unknown> | undefined;
  let next: Promise<unknown> | undefined;

  function begin(): Promise<unknown> {
    running = list().finally(() => {
      running = undefined;
    });
    return running;
  }

  /** Begins after the question: what was listed before it proves nothing. Many at once are answered together. */
  function ask(): Promise<unknown> {
    if (running === undefined) return begin();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  }

  return async (error) => {
    try {
      await ask();
    } catch (thrown) {
      const found = toTransferError(thrown);
      if (!NO_LISTING.has(found.code) && found.verdict !== 'skip') throw found;
      // Not the status: it is that of somebody else.
      const message = `${error.message}: that is no answer of the API, which does not list SOURCE either (${found.message}); is a gateway or a proxy in between without it?`;
      throw new TransferError('ERR_SERVER', message, { cause: error });
    }
  };
}
