/** What is asked for when objects are not answered any more: the smallest one that could be fetched. */
import { TransferError } from '../errors.js';
import type { ObjectEntry } from '../model/entry.js';
import { isBeyondHope, noContact } from './first-contact.js';
import type { Source } from './source.js';

export interface ObjectProbe {
  probe(): Promise<void>;
  /** Whether there is such an object. */
  canProbe(): boolean;
  /** That object was stored. */
  stored(entry: ObjectEntry): void;
  /** Of an object that cannot be had: what ends the run, since the server was never reached. */
  noContact(error: TransferError): TransferError | undefined;
  /** Another attempt is in vain. */
  isBeyondHope(error: TransferError): boolean;
}

export function createObjectProbe(source: Source): ObjectProbe {
  let smallest: ObjectEntry | undefined;

  async function probe(): Promise<void> {
    try {
      const { stream } = await source.get(smallest!);
      // Its headers are an answer.
      stream?.abort?.(new TransferError('ERR_NETWORK', 'only a probe'));
    } catch (error) {
      // A 404 is one, too, unless it is that of another server.
      if (error instanceof TransferError && error.isUnvouched) await source.witness?.(error);
      throw error;
    }
  }

  return {
    probe,
    canProbe: () => smallest !== undefined,
    noContact: (error) => noContact(source, 'objects', error),
    isBeyondHope: (error) => isBeyondHope(source, 'objects', error),
    stored(entry) {
      if (
        smallest === undefined ||
        (entry.size ?? Number.POSITIVE_INFINITY) < (smallest.size ?? Number.POSITIVE_INFINITY)
      )
        smallest = entry;
    },
  };
}
