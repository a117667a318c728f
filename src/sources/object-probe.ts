/** The probe for objects in an outage: repeats the request for the smallest object that was stored. */
import { TransferError } from '../errors.js';
import type { ObjectEntry } from '../model/entry.js';
import { say } from '../texts/say.js';
import { isBeyondHope, noContact } from './first-contact.js';
import type { Source } from './source.js';

export interface ObjectProbe {
  probe(): Promise<void>;
  /** Whether there is an object to request. */
  canProbe(): boolean;
  /** This object was stored. */
  stored(entry: ObjectEntry): void;
  /** For an object that cannot be fetched: the error that ends the run if the server was never reached. */
  noContact(error: TransferError): TransferError | undefined;
  /** Whether another attempt is useless. */
  isBeyondHope(error: TransferError): boolean;
}

export function createObjectProbe(source: Source): ObjectProbe {
  let smallest: ObjectEntry | undefined;

  async function probe(): Promise<void> {
    try {
      await probeObject(source, smallest!);
    } catch (error) {
      // A 404 is an answer too, unless it comes from another server.
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

/** Requests the object; its headers are enough as an answer. */
export async function probeObject(source: Source, entry: ObjectEntry): Promise<void> {
  // A redirect is an answer, whatever the server does to which it leads.
  const answer = await (source.origins?.get ?? source.get)(entry);
  if ('redirectedTo' in answer) return;
  answer.stream?.abort?.(new TransferError('ERR_NETWORK', say.sources.objects.probe));
}
