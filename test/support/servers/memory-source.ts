// A source of one's own, in memory: the least that a source has to be, and a listing in pages.

import { TransferError } from '../../../src/errors.js';
import type { ObjectEntry } from '../../../src/model/entry.js';
import type { PageAnswer, Source } from '../../../src/sources/source.js';

/** Bodies above this come in pieces. */
const WHOLE_BYTES = 1_000_000;

export function memorySource(contents: Readonly<Record<string, Buffer>>, rows = 1_000): Source {
  const entries = Object.entries(contents).map(([key, body]): ObjectEntry => ({ key, size: body.length }));

  async function listPage(directory: string, cursor = '0'): Promise<PageAnswer> {
    const prefix = directory === '' ? '' : `${directory}/`;
    const names = entries.filter(({ key }) => key.startsWith(prefix));
    const here = names.filter(({ key }) => !key.slice(prefix.length).includes('/'));
    const below = names
      .filter((entry) => !here.includes(entry))
      .map(({ key }) => key.slice(prefix.length).split('/')[0]!);
    const [first, end] = [Number(cursor), Number(cursor) + rows];
    return {
      entries: here.slice(first, end),
      directories: first === 0 ? [...new Set(below)].map((name) => prefix + name) : [],
      nextCursor: end < here.length ? String(end) : undefined,
    };
  }

  return {
    url: 'memory://test',
    lister: { listPage },
    async get({ key }) {
      const body = contents[key];
      if (body === undefined) throw new TransferError('ERR_NOT_FOUND', `there is no ${JSON.stringify(key)}`);
      return body.length <= WHOLE_BYTES ? { size: body.length, bytes: Buffer.from(body) } : { stream: piecesOf(body) };
    },
    async close() {},
  };
}

async function* piecesOf(body: Buffer): AsyncGenerator<Buffer, void, void> {
  for (let offset = 0; offset < body.length; offset += 100_000) yield body.subarray(offset, offset + 100_000);
}
