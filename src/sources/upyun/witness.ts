/**
 * A 404 without an Upyun code may come from anything in between: from a gateway whose backend is down, or from a proxy.
 * It counts as an answer of the API only if the API still lists SOURCE.
 */
import { TransferError, toTransferError } from '../../errors.js';
import { say } from '../../texts/say.js';

/** With these errors the listing does not show who answered. */
const NO_LISTING: ReadonlySet<string> = new Set(['ERR_NOT_FOUND', 'ERR_LISTING', 'ERR_PROTOCOL']);

/** Takes an error that may not come from the API. Resolves once the API has proven to be there; rejects otherwise. */
export type Witness = (error: TransferError) => Promise<void>;

/** `list` must reject unless it gets a listing. */
export function createWitness(list: () => Promise<unknown>): Witness {
  let running: Promise<unknown> | undefined;
  let next: Promise<unknown> | undefined;

  function begin(): Promise<unknown> {
    running = list().finally(() => {
      running = undefined;
    });
    return running;
  }

  /** Starts a listing after the call: an earlier listing proves nothing. Concurrent calls share one listing. */
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
      // Without the status: another server sent it.
      const message = say.sources.upyun.confirm.witness(error.message, found.message);
      throw new TransferError('ERR_SERVER', message, { cause: error });
    }
  };
}
