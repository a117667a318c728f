/** Fetches an object's body: a small one whole, a large one as a stream from its connection. */
import type { Duplex } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import { concurrent } from '../lib/streams/concurrent.js';
import { askedOf, type Delivery, isListed, isResult, type Result } from '../model/batch.js';
import type { ObjectEntry } from '../model/entry.js';
import type { Pacer } from '../pacing/pacer.js';
import type { Postponed } from '../pacing/requests.js';
import type { Slot } from '../pacing/slots.js';
import type { BodyPieces, FetchedObject, Origins, Redirected, Source } from '../sources/source.js';
import { say } from '../texts/say.js';
import { canResume, resumed } from './resume.js';

/** Objects that hold memory and a turn before a connection is free. */
const READY_OBJECTS = 8;

/** A body that has begun to arrive, with its slot. The slot is held until the body is written. */
export interface Fetched {
  readonly delivery: Delivery;
  readonly object: FetchedObject;
  readonly slot: Slot;
  /** The pieces of a large body. */
  readonly pieces?: AsyncIterable<Uint8Array>;
}

/** A server has answered that another one has the object. The slot is released. */
export interface Moved {
  readonly delivery: Delivery;
  readonly movedTo: ObjectEntry;
}

export interface FetchOptions {
  source: Source;
  /** The pacer of the objects. */
  pacer: Pacer;
}

/** Runs as many requests at once as the pacer allows. A failure becomes a result for settle, never an exception. */
export function createFetch({ source, pacer }: FetchOptions): Duplex {
  const { slots } = pacer;
  const fetch = createAttempt(source, (...asked) => source.get(...asked));
  return concurrent<Delivery | Result, Fetched | Result | Moved>(
    (item) => (isResult(item) ? item : fetch(item, pacer)),
    {
      concurrency: () => slots.connections.capacity + slots.hanging + READY_OBJECTS,
      highWaterMark: slots.concurrency.max,
      onGrowth: (proceed) => {
        slots.onGrowth = proceed;
      },
    },
  );
}

/** One attempt for one object, by the pacer of its server. `onSent` is called when the request goes out. */
export type Attempt = (delivery: Delivery, pacer: Pacer, onSent?: () => void) => Promise<Fetched | Result | Moved>;

/** `get` asks the server of the pacer. */
export function createAttempt(source: Source, get: NonNullable<Origins['get']>): Attempt {
  async function fetch(delivery: Delivery, pacer: Pacer, onSent?: () => void): Promise<Fetched | Result | Moved> {
    const { entry, expectedSize: bytes } = delivery;
    let held: Slot | undefined;
    try {
      const task = { key: entry.key, bytes, confirm: (error: TransferError) => confirmed(error, delivery, pacer) };
      const answer = await pacer.run(task, (slot) => {
        held = slot;
        delivery.attempts++;
        delivery.beganMs ??= performance.now();
        onSent?.();
        return get(askedOf(delivery), slot, delivery.known);
      });
      const slot = held;
      if (slot === undefined) return { delivery, ...(answer as Postponed) };
      const object = answer as FetchedObject | Redirected;
      if ('redirectedTo' in object) return moved(delivery, object, slot);
      if (object.isUnchanged) return unchanged(delivery, slot);
      if (object.bytes !== undefined) slot.endBody(object.bytes.length);
      const fetched = { delivery, object, slot };
      return object.stream === undefined ? fetched : { ...fetched, pieces: piecesOf(fetched, object.stream, pacer) };
    } catch (thrown) {
      const error = toTransferError(thrown);
      return { delivery, error, isFinal: pacer.health.isGivenUp(error, entry.key) };
    }
  }

  /** The redirect is no attempt for the object: what follows is. */
  function moved(delivery: Delivery, { redirectedTo: movedTo }: Redirected, slot: Slot): Moved {
    delivery.attempts--;
    slot.endBody(0);
    slot.release();
    return { delivery, movedTo };
  }

  /** The server was asked whether the stored version has changed. */
  function unchanged(delivery: Delivery, slot: Slot): Result {
    const { size: bytes, path } = delivery.known!;
    slot.endBody(0);
    slot.release();
    const volume = delivery.home;
    return {
      delivery,
      outcome: { status: 'skipped', bytes, volume, isConfirmed: true, ...(path !== undefined && { path }) },
    };
  }

  /** A 404 that may not come from the API itself counts only when the API confirms it. */
  async function confirmed(error: TransferError, delivery: Delivery, pacer: Pacer): Promise<TransferError> {
    if (error.code !== 'ERR_NOT_FOUND') return error;
    const { confirm, witness } = source;
    if (confirm === undefined && (witness === undefined || !error.isUnvouched || !isListed(delivery))) return error;
    await pacer.another();
    const asked = confirm?.(delivery.entry, error) ?? witness!(error).then(() => error);
    return asked.catch(toTransferError);
  }

  function piecesOf({ delivery, object, slot }: Fetched, stream: BodyPieces, pacer: Pacer): AsyncIterable<Uint8Array> {
    const { etag, size } = object;
    let current = stream;
    if (source.getRest === undefined || !canResume(object))
      return untilDone(stream, { slot, pacer, current: () => current });
    async function rest(fromBytes: number, error: TransferError, count: number): Promise<BodyPieces> {
      current.abort?.(error);
      await pacer.askForRest(slot, error, count);
      delivery.attempts++;
      current = await source.getRest!(askedOf(delivery), { fromBytes, sizeBytes: size!, etag: etag! });
      return current;
    }
    return untilDone(resumed(stream, { retries: pacer.retries, rest }), { slot, pacer, current: () => current });
  }

  /** When the disk refuses, the reader stops in the middle. Then the connection must not wait forever. */
  async function* untilDone(
    pieces: AsyncIterable<Uint8Array>,
    { slot, pacer, current }: { slot: Slot; pacer: Pacer; current: () => BodyPieces },
  ): AsyncGenerator<Uint8Array, void, void> {
    try {
      slot.startWait();
      for await (const piece of pieces) {
        slot.arrived(piece.length);
        yield piece;
        slot.startWait();
      }
      slot.completed(pacer.requestWork);
    } finally {
      current().abort?.(new TransferError('ERR_NETWORK', say.sources.objects.unwanted));
    }
  }

  return fetch;
}
