// A sink of one's own, in memory: the least that a sink has to be. It keeps the very bytes that it is given.

import type { Sink } from '../../../src/sinks/sink.js';

export interface MemorySink extends Sink {
  readonly kept: Map<string, { bytes: Buffer; mtimeMs: number }>;
  /** The calls, in their order. */
  readonly calls: string[];
}

export function memorySink(more: Partial<Sink> = {}): MemorySink {
  const kept: MemorySink['kept'] = new Map();
  const calls: string[] = [];
  return {
    kept,
    calls,
    roots: ['memory'],
    has: async (queries) =>
      queries.map(({ key, size, mtimeMs }) => {
        const one = kept.get(key);
        if (one === undefined) return { isPresent: false, home: -1 };
        const isPresent = one.bytes.length === (size ?? one.bytes.length) && one.mtimeMs >= (mtimeMs ?? 0);
        return { isPresent, home: 0 };
      }),
    async put({ key, mtimeMs = 0 }, body) {
      const pieces: Uint8Array[] = [];
      if (!(body instanceof Uint8Array)) for await (const piece of body) pieces.push(piece);
      const bytes = body instanceof Uint8Array ? Buffer.from(body.buffer, body.byteOffset, body.length) : undefined;
      kept.set(key, { bytes: bytes ?? Buffer.concat(pieces), mtimeMs });
      return { volume: 0 };
    },
    flush: async (places) => void calls.push(`flush ${[...places]}`),
    close: async () => void calls.push('close'),
    ...more,
  };
}
