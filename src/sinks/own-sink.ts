/** A sink that a program brings along, as the stages need it: its bodies are checked, its answers complete, its errors have codes. */
import { createHash } from 'node:crypto';
import { isShortOfFiles, openFilesError, TransferError } from '../errors.js';
import { type Checksum, createChecksum } from '../lib/checksum/checksum.js';
import { say } from '../texts/say.js';
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
  return [...(missing.length > 0 ? [say.disks.own.missing(missing)] : []), ...(areNamed ? [] : [say.disks.own.roots])];
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
    if (!isPlace(volume) || volume === -1) throw sinkError(say.disks.own.putPlace(file.key, volume, roots.length - 1));
    return { bytes, md5, mtimeMs, path, volume };
  }

  async function putWhole(file: FileSpec, body: Uint8Array, home: number): Promise<Placed> {
    const facts = { bytes: body.length, md5: createHash('md5').update(body).digest('hex') };
    check(file, facts, body);
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
    if (body.facts === undefined) throw sinkError(say.disks.own.notRead(file.key));
    return placed(file, body.facts, answer);
  }

  function isPlace(place: number | undefined): place is number {
    return Number.isInteger(place) && place! >= -1 && place! < roots.length;
  }

  /** Another place is no way out where there is only one. */
  function putError(thrown: unknown): TransferError {
    const error = wrapped('ERR_DISK', say.disks.own.notTaken, thrown);
    if (error.code !== 'ERR_VOLUME_OUT' || roots.length > 1) return error;
    return new TransferError('ERR_NO_SPACE', say.disks.own.onlyPlaceFull(roots[0]!, error.message), { cause: error });
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
        throw wrapped('ERR_VOLUME', say.disks.own.noAnswer, error);
      }
      if (found?.length !== queries.length) throw sinkError(say.disks.own.answers(found?.length, queries.length));
      return found.map((one, index) => {
        const { isPresent, home } = one;
        const { key, size, mtimeMs } = queries[index]!;
        if (!isPlace(home) || (isPresent && home === -1))
          throw sinkError(say.disks.own.hasPlace(key, home, roots.length - 1));
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
        throw putError(error);
      } finally {
        underway.delete(work);
      }
    },
    async flush(places) {
      try {
        await sink.flush(places);
      } catch (error) {
        throw wrapped('ERR_DISK', say.disks.own.notFlushed, error);
      }
    },
    async close() {
      closing ??= Promise.resolve().then(() => sink.close());
      try {
        await closing;
      } catch (error) {
        throw wrapped('ERR_VOLUME', say.disks.own.notClosed, error);
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
      const checksum = file.digest && createChecksum(file.digest.kind);
      let bytes = 0;
      try {
        for await (const piece of from) {
          bytes += piece.length;
          hash.update(piece);
          checksum?.update(piece);
          yield Uint8Array.from(piece);
        }
        const facts = { bytes, md5: hash.digest('hex') };
        check(file, facts, checksum);
        body.facts = facts;
      } catch (error) {
        body.failure = error;
        throw error;
      }
    },
  };
  return body;
}

function check(
  file: FileSpec,
  { bytes, md5 }: { bytes: number; md5: string },
  body: Uint8Array | Checksum | undefined,
): void {
  const problem = contentProblem(file, bytes, md5, body);
  if (problem !== undefined) throw new TransferError(problem.code, problem.message);
}

function sinkError(what: string): TransferError {
  return new TransferError('ERR_VOLUME', say.disks.own.broken(what));
}

function wrapped(code: 'ERR_DISK' | 'ERR_VOLUME', text: (why: string) => string, thrown: unknown): TransferError {
  if (thrown instanceof TransferError) return thrown;
  if (isShortOfFiles(thrown)) return openFilesError(thrown);
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new TransferError(code, text(why), { cause: thrown });
}
