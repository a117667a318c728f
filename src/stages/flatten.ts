/** Batch → its objects, with a result for each that is settled already: bad lines, and keys that must not be stored. */
import { TransferError } from '../errors.js';
import type { Batch, Delivery, Result } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import { unsafeReason } from '../model/key.js';
import type { NameMode } from '../model/names/names.js';
import { md5OfEntry } from '../sources/capabilities.js';
import type { Source } from '../sources/source.js';
import { say } from '../texts/say.js';

import defs = require('stream-chain/defs.js');

const { none } = defs;

export interface FlattenOptions {
  /** Decides whether an ETag is an MD5. */
  source: Pick<Source, 'md5OfEtag'>;
  /** Another version of each object is fetched: listed size and etag do not apply. */
  isVariant: boolean;
  /** Whether every key gets a path, or only a key that is a valid path itself. */
  names: NameMode;
  /** Called with a batch that has no work left. */
  ack: (batch: Batch) => void;
}

/** Returns the objects of a batch together: the next stage asks the disk about all of them at once. */
export function createFlatten(options: FlattenOptions) {
  return (batch: Batch): (Delivery | Result)[] | typeof none => {
    const rejected = batch.rejects.map(({ entry, error, attempts = 0, kind }): Result => {
      const delivery = { ...deliver(entry, batch, options), attempts };
      return { delivery, error, isFinal: true, kind };
    });
    const bad = batch.badLines.map(({ text, reason }): Result => {
      const error = new TransferError('ERR_BAD_LINE', say.sources.objects.badLine(reason));
      return { delivery: deliver({ key: text }, batch, { ...options, isVariant: false }), error, isFinal: true };
    });
    const good = batch.entries.map((entry) => checked(deliver(entry, batch, options), options.names));
    const items = [...rejected, ...bad, ...good];
    batch.open = items.length;
    if (items.length > 0) return items;
    options.ack(batch);
    return none;
  };
}

function deliver(entry: ObjectEntry, batch: Batch, { source, isVariant }: FlattenOptions): Delivery {
  const expectedSize = isVariant ? undefined : entry.size;
  const expectedMd5 = isVariant ? undefined : md5OfEntry(source, entry);
  return { entry, batch, expectedSize, expectedMd5, attempts: 0, throttles: 0, moves: 0, home: -1 };
}

function checked(delivery: Delivery, names: NameMode): Delivery | Result {
  const { key } = delivery.entry;
  // A request cannot name an empty key or invalid Unicode. Every other key has a path.
  const reason = names === 'escape' && key !== '' && key.isWellFormed() ? undefined : unsafeReason(key);
  if (reason === undefined) return delivery;
  const { notStored, unnameable } = say.sources.objects;
  const message = (key !== '' && key.isWellFormed() ? notStored : unnameable)(reason);
  const error = new TransferError('ERR_UNSAFE_KEY', message);
  return { delivery, error, isFinal: true };
}
