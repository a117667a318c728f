/** Gets an object's body: a small one whole, a large one as a stream that its connection keeps feeding. */
import type { Duplex } from 'node:stream';
import { TransferError, toTransferError } from '../errors.js';
import { WHOLE_BODY_BYTES } from '../http/exchange.js';
import { concurrent } from '../lib/streams/concurrent.js';
import { sleep } from '../lib/waiting/sleep.js';
import { type Delivery, isListed, isResult, type Result } from '../model/part.js';
import type { DirectoryThrottle } from '../pacing/backoff/directory-throttle.js';
import type { Outage } from '../pacing/backoff/outage.js';
import { retryDelayMs } from '../pacing/backoff/retry.js';
import type { Throttle } from '../pacing/backoff/throttle.js';
import type { Bandwidth } from '../pacing/limits/bandwidth.js';
import type { Limits } from '../pacing/limits/limits.js';
import type { FetchedObject, ObjectStream, Source } from '../sources/source.js';
import type { Permit, Permits } from './permits.js';
import { canResume, resumed } from './resume.js';

/** What an object of unknown size is taken for until it has come. */
const UNKNOWN_BYTES = 32 * 1024;
/** A request is work, too: of objects of this size half of it, which is what it costs a server about. */
const REQUEST_BYTES = 32 * 1024;
/** Of errors before there was a connection. */
const NOTHING_CAME: ReadonlySet<string> = new Set(['ERR_UNREACHABLE', 'ERR_OPEN_FILES']);
/** Objects that have their memory and their turn already when a connection is free. */
const READY_OBJECTS = 8;

/** A body that has begun to arrive, with the permit that it holds until it is written. */
export interface Fetched {
  readonly delivery: Delivery;
  readonly object: FetchedObject;
  readonly permit: Permit;
  /** Bytes that the limit has been asked for; of a stream the rest is asked for as it comes. */
  readonly prepaidBytes: number;
  /** The pieces of a large body. */
  readonly pieces?: AsyncIterable<Buffer>;
}

export interface FetchOptions {
  source: Source;
  permits: Permits;
  /** Closed while the server asks everyone to slow down; told of each answer. */
  throttle: Throttle;
  /** Told of refusals that concern one directory; gives each object of such a one its turn. */
  directories: DirectoryThrottle;
  /** Told of refusals that concern the bytes, and of the bytes. */
  bandwidth: Bandwidth;
  /** Closed while the origin does not answer; told of each answer. */
  outage: Outage;
  limits: Pick<Limits, 'bytes' | 'objects'>;
  /** Attempts beyond the first. */
  retries: number;
  /** Once aborted no request is begun any more; those that are under way are finished. */
  draining: AbortSignal;
}

/** Runs as many requests at once as there are connections. A failure is a result for settle, never an exception. */
export function createFetch(options: FetchOptions): Duplex {
  const { source, permits, throttle, directories, bandwidth, outage, limits, retries, draining } = options;

  const isOpen = () => throttle.isOpen && outage.isOpen;

  async function opened(): Promise<void> {
    while (!isOpen()) await Promise.all([throttle.opened(), outage.opened()]);
  }

  async function fetch(delivery: Delivery): Promise<Fetched | Result> {
    const directory = directoryOf(delivery.entry.key);
    const turn = directories.begin(directory);
    if (typeof turn === 'number') return { delivery, postponedMs: turn };
    // Most of this need not wait, and what does not wait costs nothing.
    const acquired = permits.acquire(delivery.expectedSize);
    const permit = acquired instanceof Promise ? await acquired : acquired;
    // A small body comes as fast as it can once it was asked for, so it is paid for before.
    const prepaidBytes = Math.min(delivery.expectedSize ?? UNKNOWN_BYTES, WHOLE_BODY_BYTES);
    const turnOfObject = limits.objects.take(1);
    if (turnOfObject !== undefined) await turnOfObject;
    const turnOfBytes = limits.bytes.take(prepaidBytes);
    if (turnOfBytes !== undefined) await turnOfBytes;
    const connected = permit.takeConnection();
    if (connected !== undefined) await connected;
    // Last of all, so that what waited for its turn does not break into a pause that has begun meanwhile.
    if (!isOpen()) await opened();
    if (draining.aborted) {
      turn.end();
      permit.release();
      return { delivery, isWithdrawn: true };
    }
    const begun = throttle.begin();
    const beganMs = performance.now();
    const moved = (work: number, isFailure = false) => {
      permits.moved({ work, isFailure, tookMs: performance.now() - beganMs });
    };
    try {
      delivery.attempts++;
      permit.expect();
      const object = await source.get(delivery.entry, permit);
      permit.got();
      throttle.succeeded();
      outage.succeeded();
      turn.succeeded();
      if (object.bytes !== undefined) {
        bandwidth.arrived(object.bytes.length);
        moved(object.bytes.length + REQUEST_BYTES);
        permit.releaseConnection();
        limits.bytes.correct(object.bytes.length - prepaidBytes);
      }
      const fetched = { delivery, object, permit, prepaidBytes };
      return object.stream === undefined ? fetched : { ...fetched, pieces: piecesOf(fetched, object.stream, moved) };
    } catch (thrown) {
      const error = await confirmed(toTransferError(thrown), delivery);
      // What is not there, or is not to be had, has been served nevertheless.
      if (error.verdict === 'retry') moved(0, true);
      else if (error.verdict === 'skip') moved(REQUEST_BYTES);
      permit.release();
      if (error.status !== undefined && error.status < 500) outage.succeeded();
      // Nothing came.
      if (error.status !== undefined || NOTHING_CAME.has(error.code)) limits.bytes.correct(-prepaidBytes);
      // Of what this machine is short of settle takes care, for the disks, too.
      if (error.verdict === 'throttle' && error.code !== 'ERR_OPEN_FILES') slowDown(error, { directory, begun });
      return { delivery, error, isFinal: error.complaint === 'uri' && directories.isHopeless(directory) };
    } finally {
      turn.end();
    }
  }

  /** A 404 of somebody else than the API is not believed before that says so, too; nor one that may be of somebody else. */
  async function confirmed(error: TransferError, delivery: Delivery): Promise<TransferError> {
    if (error.code !== 'ERR_NOT_FOUND') return error;
    const { confirm, witness } = source;
    if (confirm === undefined && (witness === undefined || !error.isUnvouched || !isListed(delivery))) return error;
    await limits.objects.take(1);
    const asked = confirm?.(delivery.entry, error) ?? witness!(error).then(() => error);
    return asked.catch(toTransferError);
  }

  /** By what the server complains of, so that nobody waits for what others have done. */
  function slowDown(
    { complaint, retryAfterMs }: TransferError,
    { directory, begun }: { directory: string; begun: number },
  ) {
    if (complaint === 'uri') directories.refused(directory, retryAfterMs);
    else if (complaint === 'banned') throttle.banned(begun, retryAfterMs);
    else if (complaint === 'bandwidth') {
      bandwidth.refused();
      if (retryAfterMs !== undefined) throttle.refused(begun, retryAfterMs);
    } else throttle.refused(begun, retryAfterMs);
  }

  function piecesOf(
    { delivery, object, permit }: Fetched,
    stream: ObjectStream,
    onEnd: (work: number) => void,
  ): AsyncIterable<Buffer> {
    const { etag, size } = object;
    let current = stream;
    if (!canResume(object)) return untilDone(stream, { permit, current: () => current, onEnd });
    async function rest(fromBytes: number, error: TransferError, count: number): Promise<ObjectStream> {
      current.abort(error);
      permit.releaseConnection();
      if (!draining.aborted) await sleep(retryDelayMs(error, count), draining).catch(() => {});
      if (!outage.isOpen || error.code === 'ERR_UNREACHABLE')
        await outage.blame(error, { isLast: false, sinceMs: Date.now() });
      await permit.takeConnection();
      await opened();
      if (draining.aborted) throw error;
      delivery.attempts++;
      permit.expect();
      current = await source.getRest(delivery.entry, { fromBytes, sizeBytes: size!, etag: etag! });
      return current;
    }
    return untilDone(resumed(stream, { retries, rest }), { permit, current: () => current, onEnd });
  }

  /** Whoever stops reading in the middle, since the disk refuses, must not leave a connection that waits for ever. */
  async function* untilDone(
    pieces: AsyncIterable<Buffer>,
    { permit, current, onEnd }: { permit: Permit; current: () => ObjectStream; onEnd: (work: number) => void },
  ): AsyncGenerator<Buffer, void, void> {
    try {
      permit.expect();
      for await (const piece of pieces) {
        permit.got();
        permits.moved({ work: piece.length });
        bandwidth.arrived(piece.length);
        yield piece;
        permit.expect();
      }
      onEnd(REQUEST_BYTES);
    } finally {
      current().abort(new TransferError('ERR_NETWORK', 'the body is not wanted any more'));
    }
  }

  return concurrent<Delivery | Result, Fetched | Result>((item) => (isResult(item) ? item : fetch(item)), {
    concurrency: () => permits.connections.capacity + permits.hanging + READY_OBJECTS,
    highWaterMark: permits.concurrency.max,
    onGrowth: (proceed) => {
      permits.onGrowth = proceed;
    },
  });
}

function directoryOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
