// A bucket that is steered by hand, for what no real server can be asked to do at an exact moment.

import { TransferError } from '../../src/errors.js';
import { newContact } from '../../src/http/contact.js';
import type { ObjectEntry } from '../../src/model/entry.js';
import type { Connections, FetchedObject, ListedPage, Lister, Source } from '../../src/sources/source.js';

/** Everything that a source can do, in one place. */
export type FlatSource = Omit<Source, 'lister' | 'connections'> & Required<Lister> & Connections;

/** A source that has nothing; whatever a test needs replaces a method. */
export function stubSource(methods: Partial<FlatSource> = {}): Source & { lister: Lister; connections: Connections } {
  const missing = async () => {
    throw new TransferError('ERR_NOT_FOUND', 'not here');
  };
  const { listPage, has, contactOf, active, moving, recycle, closeIdle, ...more } = methods;
  return {
    url: 'upyun://stub',
    get: missing,
    getRest: missing,
    digest: async () => undefined,
    usageBytes: async () => undefined,
    close: async () => {},
    ...more,
    lister: { listPage: listPage ?? missing, has: has ?? (async () => false) },
    connections: {
      contactOf:
        contactOf ??
        (() => ({ option: '--endpoint', contact: { ...newContact('http://stub', undefined), hasAnswered: true } })),
      active: active ?? (() => []),
      moving: moving ?? (() => 0),
      recycle: recycle ?? (async () => {}),
      ...(closeIdle && { closeIdle }),
    },
  };
}

export function listedPage(page: Partial<ListedPage> = {}): ListedPage {
  return { entries: [], rejects: [], directories: [], nextCursor: undefined, ...page };
}

/** A small body, in memory of its own. */
export function smallObject(text: string, more: Partial<FetchedObject> = {}): FetchedObject {
  const bytes = ownBytes(text);
  return { size: bytes.length, md5: undefined, etag: undefined, lastModifiedMs: undefined, bytes, ...more };
}

/** Bytes that can be transferred to a thread (small Buffers share a pool, which cannot). */
export function ownBytes(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(content));
}

/** Entries named k0, k1, …, of one byte each. */
export function entriesOf(count: number, prefix = 'k'): ObjectEntry[] {
  return Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}`, size: 1, mtimeMs: 1_000 }));
}

/** A source of folders; `asked` has each request as `folder#cursor`. */
export function treeSource(listPage: (directory: string, cursor: string | undefined) => Partial<ListedPage>) {
  const asked: string[] = [];
  const source = stubSource({
    async listPage(directory, cursor) {
      asked.push(`${directory}#${cursor ?? ''}`);
      return listedPage(listPage(directory, cursor));
    },
  });
  return { source, asked };
}
