/** A sink that a program brings along, as the stages need it: its bodies are checked, its answers complete, its errors have codes. */
import { createHash } from 'node:crypto';
import { isShortOfFiles, openFilesError, TransferError } from '../errors.js';
import { contentProblem } from './content.js';
import type { CheckedSink, FileSpec, Found, Placed, PutAnswer, Sink } from './sink.js';
import type { PortActivity } from './thread/port.js';

export interface OwnSink extends CheckedSink {
  /** The puts that have not settled, as of one disk. */
  activity(): readonly PortActivity[];
}

/** The problems of an object that is given as a sink. */
export function sinkProblems(sink: Sink): string[] {
  const missing = (['has', 'put', 'flush', 'close'] as const).filter((name) => typeof sink[name] !== 'function');
  const { roots } = sink;
  const areNamed = Array.isArray(roots) && roots.length > 0 && roots.every((root) => typeof root === 'string');
  return [
    ...(missing.length > 0 ? [`to: a Sink has the methods has, put, flush and close; missing: ${missing}`] : []),
    ...(areNamed ? [] : ['to: the roots of a Sink have to be names of its places, at least one']),
  ];
}

/**
 * The bytes that it gives to the sink belong to the sink. Every body is hashed here, on the main thread. `close` is handed
 * on once.
 */
export function ownSink(sink: Sink): OwnSink {
  const roots = [...sink.roots];
  const underway = new Set<{ op: string; sinceMs: number }>();
  let closing: Promise<void> | undefined;

  function placed(file: FileSpec, { bytes, md5 }: { bytes: number; md5: string }, answer: PutAnswer): Placed {
    const { volume, path, mtimeMs = Math.trunc(file.mtimeMs ?? Date.now()) } = answer ?? {};
    if (!isPlace(volume) || volume === -1) throw misplaced(`put ${JSON.stringify(file.key)} at`, volume);
    return { bytes, md5, mtimeMs, path, volume };
  }

  async function putWhole(file: FileSpec, body: Uint8Array, home: number): Promise<Placed> {
    const facts = { bytes: body.length, md5: createHash('md5').update(body).digest('hex') };
    check(file, facts);
    return placed(file, facts, await sink.put(file, body, home));
  }

  async function putPieces(file: FileSpec, pieces: AsyncIterable<Uint8Array>, home: number): Promise<Placed> {
    const body = checkedBody(file, pieces);
    let answer: PutAnswer;
    try {
      answer = await sink.put(file, body.pieces(), home);
    } catch (error) {
      // The sink may have wrapped it.
      throw body.failure ?? error;
    }
    if (body.failure !== undefined) throw body.failure;
    if (body.facts === undefined) throw sinkError(`the sink did not read ${JSON.stringify(file.key)} to its end`);
    return placed(file, body.facts, answer);
  }

  function isPlace(place: number | undefined): place is number {
    return Number.isInteger(place) && place! >= -1 && place! < roots.length;
  }

  function misplaced(what: string, place: number | undefined): TransferError {
    return sinkError(`the sink ${what} place ${place}, but its places are 0 to ${roots.length - 1}`);
  }

  /** Another place is no way out where there is only one. */
  function putError(key: string, thrown: unknown): TransferError {
    const error = wrapped('ERR_DISK', `${JSON.stringify(key)}: the sink did not take it`, thrown);
    if (error.code !== 'ERR_VOLUME_OUT' || roots.length > 1) return error;
    const message = `${roots[0]} takes no more, and the sink has no other place: ${error.message}`;
    return new TransferError('ERR_NO_SPACE', message, { cause: error });
  }

  return {
    roots,
    get roomBytes() {
      return sink.roomBytes;
    },
    async has(queries) {
      let found: Found[];
      try {
        // A sink in memory answers without a pause: timers and signals must run.
        await new Promise<void>((resolve) => setImmediate(resolve));
        found = await sink.has(queries);
      } catch (error) {
        throw wrapped('ERR_VOLUME', 'the sink cannot tell what it has', error);
      }
      if (found?.length !== queries.length)
        throw sinkError(`the sink gave ${found?.length} answers to ${queries.length} queries`);
      return found.map((one, index) => {
        const { isPresent, home } = one;
        const { key, size, mtimeMs } = queries[index]!;
        if (!isPlace(home) || (isPresent && home === -1)) throw misplaced(`has ${JSON.stringify(key)} at`, home);
        // Nothing is known of this version, so it cannot be there.
        return size === undefined && mtimeMs === undefined ? { ...one, isPresent: false } : one;
      });
    },
    async put(file, body, home) {
      const work = { op: 'put', sinceMs: performance.now() };
      underway.add(work);
      try {
        return await (body instanceof Uint8Array ? putWhole(file, body, home) : putPieces(file, body, home));
      } catch (error) {
        throw putError(file.key, error);
      } finally {
        underway.delete(work);
      }
    },
    async flush(places) {
      try {
        await sink.flush(places);
      } catch (error) {
        throw wrapped('ERR_DISK', 'what the sink took is not durable', error);
      }
    },
    async close() {
      closing ??= Promise.resolve().then(() => sink.close());
      try {
        await closing;
      } catch (error) {
        throw wrapped('ERR_VOLUME', 'the sink could not be closed', error);
      }
    },
    activity() {
      const [oldest] = underway;
      return [{ waiting: underway.size, oldest }];
    },
  };
}

/** The pieces, with memory of their own, and an error at their end if they are not the promised body. */
function checkedBody(file: FileSpec, from: AsyncIterable<Uint8Array>) {
  const body = {
    facts: undefined as { bytes: number; md5: string } | undefined,
    failure: undefined as unknown,
    async *pieces(): AsyncGenerator<Uint8Array, void, void> {
      const hash = createHash('md5');
      let bytes = 0;
      try {
        for await (const piece of from) {
          bytes += piece.length;
          hash.update(piece);
          yield Uint8Array.from(piece);
        }
        const facts = { bytes, md5: hash.digest('hex') };
        check(file, facts);
        body.facts = facts;
      } catch (error) {
        body.failure = error;
        throw error;
      }
    },
  };
  return body;
}

function check(file: FileSpec, { bytes, md5 }: { bytes: number; md5: string }): void {
  const problem = contentProblem(file, bytes, md5);
  if (problem !== undefined) throw new TransferError(problem.code, problem.message);
}

function sinkError(message: string): TransferError {
  return new TransferError('ERR_VOLUME', `${message}: it breaks the contract of a Sink`);
}

function wrapped(code: 'ERR_DISK' | 'ERR_VOLUME', what: string, thrown: unknown): TransferError {
  if (thrown instanceof TransferError) return thrown;
  if (isShortOfFiles(thrown)) return openFilesError(thrown);
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new TransferError(code, `${what}: ${why}`, { cause: thrown });
}
