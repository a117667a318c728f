/** Part → its objects: filters, the limit, and the keys that must not be stored. */
import { none } from 'stream-chain/defs.js';
import { TransferError } from '../errors.js';
import type { Filter } from '../flow/filter.js';
import type { Limit } from '../flow/limit.js';
import { md5OfEtag, type ObjectEntry } from '../model/entry.js';
import { unsafeReason } from '../model/key.js';
import type { Delivery, Part, Result } from '../model/part.js';
import type { Books } from '../report/books.js';

export interface SelectOptions {
  filter: Filter;
  limit: Limit | undefined;
  books: Books;
}

export interface FlattenOptions extends SelectOptions {
  /** Another version of each object is fetched: listed size and etag do not bind. */
  isVariant: boolean;
  /** Told of a part of which nothing is left to do. */
  ack: (part: Part) => void;
}

/** The entries of a part that the filters and the limit let through. */
export function createSelect({ filter, limit, books }: SelectOptions) {
  return (entries: readonly ObjectEntry[]): readonly ObjectEntry[] =>
    entries.filter((entry) => {
      if (!filter.accepts(entry.key)) {
        books.excluded++;
        return false;
      }
      return limit === undefined || limit.take();
    });
}

/** Gives the objects of a part together: the next stage asks the disk about all of them at once. */
export function createFlatten(options: FlattenOptions) {
  const select = createSelect(options);
  return (part: Part): (Delivery | Result)[] | typeof none => {
    const rejected = part.rejects.map(({ entry, error, attempts = 0, record }): Result => {
      const delivery = { ...deliver(entry, part, options.isVariant), attempts };
      return { delivery, error, isFinal: true, ...(record && { record }) };
    });
    const bad = part.badLines.map(({ text, reason }): Result => {
      const error = new TransferError('ERR_BAD_LINE', `bad input line: ${reason}`);
      return { delivery: deliver({ key: text }, part, false), error, isFinal: true };
    });
    const good = select(part.entries).map((entry) => checked(deliver(entry, part, options.isVariant)));
    const items = [...rejected, ...bad, ...good];
    part.open = items.length;
    if (items.length > 0) return items;
    options.ack(part);
    return none;
  };
}

function deliver(entry: ObjectEntry, part: Part, isVariant: boolean): Delivery {
  const expectedSize = isVariant ? undefined : entry.size;
  const expectedMd5 = isVariant ? undefined : md5OfEtag(entry.etag);
  return { entry, part, expectedSize, expectedMd5, attempts: 0, throttles: 0 };
}

function checked(delivery: Delivery): Delivery | Result {
  const reason = unsafeReason(delivery.entry.key);
  if (reason === undefined) return delivery;
  const error = new TransferError('ERR_UNSAFE_KEY', `not stored: ${reason}`);
  return { delivery, error, isFinal: true };
}
