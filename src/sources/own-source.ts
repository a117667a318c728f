/** A source that a program brings along, as the stages need it: its answers are checked, its errors have codes. */
import { isShortOfFiles, openFilesError, TransferError } from '../errors.js';
import { CHECKSUM_BYTES } from '../lib/checksum/checksum.js';
import type { ContentDigest } from '../model/digest.js';
import { md5OfHex, type ObjectEntry } from '../model/entry.js';
import { say } from '../texts/say.js';
import type { FetchedObject, Lister, PageAnswer, Source } from './source.js';

/** A source in memory answers without a pause. After so many answers Sluice lets timers and signals run. */
const ANSWERS_AT_ONCE = 64;

/** The time values that a Date can hold (ECMA-262, 21.4.1.1). */
const MAX_TIME_MS = 8.64e15;

/** The problems of an object that is given as a source. */
export function sourceProblems(source: Source): string[] {
  const { own } = say.sources;
  if (typeof source !== 'object' || source === null) return [own.noSource];
  const missing = (['get', 'close'] as const).filter((name) => typeof source[name] !== 'function');
  return [
    ...(missing.length > 0 ? [own.missing(missing.join(', '))] : []),
    ...(typeof source.url === 'string' && source.url !== '' ? [] : [own.noUrl]),
    ...(source.lister === undefined || typeof source.lister?.listPage === 'function' ? [] : [own.noListPage]),
  ];
}

/** `close` is handed on once. */
export function ownSource(source: Source): Source {
  let closing: Promise<void> | undefined;
  const breath = createBreath();
  const { lister } = source;
  return {
    url: source.url,
    lister: lister && ownLister(lister),
    async get(entry, memory) {
      await breath();
      const object = await asked(() => source.get(entry, memory));
      const problem = bodyProblem(object);
      if (problem !== undefined) throw new TransferError('ERR_PROTOCOL', say.sources.own.gave(entry.key, problem));
      return object;
    },
    close() {
      closing ??= Promise.resolve().then(() => source.close());
      return closing;
    },
    ...(source.getRest && { getRest: (entry, broken) => asked(() => source.getRest!(entry, broken)) }),
    ...(source.confirm && { confirm: (entry, error) => source.confirm!(entry, error) }),
    ...(source.witness && { witness: (error) => source.witness!(error) }),
    ...(source.md5OfEtag && { md5OfEtag: (etag) => source.md5OfEtag!(etag) }),
    ...(source.digest && { digest: (entry) => asked(async () => source.digest!(entry)) }),
    ...(source.usageBytes && { usageBytes: () => asked(async () => source.usageBytes!()) }),
    ...(source.urls && { urls: source.urls }),
    ...(source.learnt && { learnt: source.learnt }),
    ...(source.connections && { connections: source.connections }),
  };
}

function ownLister(lister: Lister): Lister {
  return {
    async listPage(scope, cursor, idle) {
      // Each page, since the caller works on it at once.
      await nextTurn();
      return checkedPage(scope, await asked(() => lister.listPage(scope, cursor, idle)));
    },
    ...(lister.onlyFolders && { onlyFolders: true }),
    ...(lister.knowsScope && { knowsScope: (text) => lister.knowsScope!(text) }),
    ...(lister.has && { has: (key, kind) => asked(() => lister.has!(key, kind)) }),
  };
}

/** Entries that no run can work with become rejects, so that the others of the page are stored. */
function checkedPage(scope: string, page: PageAnswer): PageAnswer {
  if (typeof page !== 'object' || page === null || !Array.isArray(page.entries))
    throw noPage(scope, say.sources.own.noEntries);
  const { directories = [], scopes = [], nextCursor, rejects = [] } = page;
  for (const [name, texts] of Object.entries({ directories, scopes }))
    if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string'))
      throw noPage(scope, say.sources.own.noList(name));
  if (scopes.includes(scope)) throw noPage(scope, say.sources.own.itself);
  if (nextCursor !== undefined && typeof nextCursor !== 'string') throw noPage(scope, say.sources.own.noCursor);
  const bad = page.entries.filter((entry) => entryProblem(entry) !== undefined);
  if (bad.length === 0 && rejects.length === 0) return page;
  return {
    ...page,
    entries: page.entries.filter((entry) => entryProblem(entry) === undefined),
    rejects: [
      ...rejects.map((reject) => ({ ...reject, error: withCode(reject.error) })),
      ...bad.map((entry) => ({ entry: { key: keyOf(entry) }, error: noEntry(entry), kind: 'name' as const })),
    ],
  };
}

function noPage(scope: string, what: string): TransferError {
  return new TransferError('ERR_LISTING', say.sources.own.listerGave(scope, what));
}

function noEntry(entry: ObjectEntry): TransferError {
  return new TransferError('ERR_LISTING', say.sources.own.badEntry(entryProblem(entry)!));
}

function keyOf(entry: Partial<ObjectEntry> | null): string {
  return typeof entry?.key === 'string' ? entry.key : String(entry?.key ?? entry);
}

function entryProblem(entry: Partial<ObjectEntry> | null): string | undefined {
  const { own } = say.sources;
  if (typeof entry?.key !== 'string') return own.keyNoText;
  const { size, mtimeMs, etag, md5 } = entry;
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) return own.sizeNoNumber(size);
  if (mtimeMs !== undefined && !(Math.abs(mtimeMs) <= MAX_TIME_MS)) return own.noTime(mtimeMs);
  if (etag !== undefined && typeof etag !== 'string') return own.etagNoText;
  if (md5 !== undefined && (typeof md5 !== 'string' || md5OfHex(md5) === undefined)) return own.noMd5;
  return undefined;
}

function bodyProblem(object: FetchedObject | null): string | undefined {
  if (typeof object !== 'object' || object === null) return say.sources.own.noObject;
  const { bytes, stream, digest } = object;
  if (digest !== undefined && !isDigest(digest)) return say.sources.own.noDigest;
  if (bytes !== undefined) return bytes instanceof Uint8Array ? undefined : say.sources.own.noBytes;
  if (typeof stream?.[Symbol.asyncIterator] === 'function') return undefined;
  return say.sources.own.noContent;
}

function isDigest({ kind, hex }: Partial<ContentDigest>): boolean {
  const bytes = Object.hasOwn(CHECKSUM_BYTES, String(kind)) ? CHECKSUM_BYTES[kind!] : undefined;
  return typeof hex === 'string' && hex.length === 2 * (bytes ?? -1) && /^[0-9a-f]+$/.test(hex);
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw withCode(error);
  }
}

/** What is no TransferError is tried again, as if a server had failed. */
function withCode(thrown: unknown): TransferError {
  if (thrown instanceof TransferError) return thrown;
  if (isShortOfFiles(thrown)) return openFilesError(thrown);
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new TransferError('ERR_SERVER', say.sources.own.failed(why), { cause: thrown });
}

function createBreath(): () => Promise<void> | undefined {
  let answers = 0;
  return () => (++answers % ANSWERS_AT_ONCE === 0 ? nextTurn() : undefined);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
