/** A source that a program brings along, as the stages need it: its answers are checked, its errors have codes. */
import { isShortOfFiles, openFilesError, TransferError } from '../errors.js';
import { md5OfHex, type ObjectEntry } from '../model/entry.js';
import type { FetchedObject, Lister, PageAnswer, Source } from './source.js';

/** A source in memory answers without a pause. After so many answers Sluice lets timers and signals run. */
const ANSWERS_AT_ONCE = 64;

/** The time values that a Date can hold (ECMA-262, 21.4.1.1). */
const MAX_TIME_MS = 8.64e15;

/** The problems of an object that is given as a source. */
export function sourceProblems(source: Source): string[] {
  if (typeof source !== 'object' || source === null) return ['from: give a SOURCE as text, or a Source'];
  const missing = (['get', 'close'] as const).filter((name) => typeof source[name] !== 'function');
  return [
    ...(missing.length > 0 ? [`from: a Source has the methods get and close; missing: ${missing.join(', ')}`] : []),
    ...(typeof source.url === 'string' && source.url !== '' ? [] : ['from: a Source has a url, as text']),
    ...(source.lister === undefined || typeof source.lister?.listPage === 'function'
      ? []
      : ['from: the lister of a Source has the method listPage']),
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
      if (problem !== undefined)
        throw new TransferError('ERR_PROTOCOL', `${JSON.stringify(entry.key)}: the Source gave ${problem}`);
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
    ...(source.connections && { connections: source.connections }),
  };
}

function ownLister(lister: Lister): Lister {
  return {
    async listPage(scope, cursor) {
      // Each page, since the caller works on it at once.
      await nextTurn();
      return checkedPage(scope, await asked(() => lister.listPage(scope, cursor)));
    },
    ...(lister.onlyFolders && { onlyFolders: true }),
    ...(lister.has && { has: (key, kind) => asked(() => lister.has!(key, kind)) }),
  };
}

/** Entries that no run can work with become rejects, so that the others of the page are stored. */
function checkedPage(scope: string, page: PageAnswer): PageAnswer {
  if (typeof page !== 'object' || page === null || !Array.isArray(page.entries)) throw noPage(scope, 'no entries');
  const { directories = [], scopes = [], nextCursor, rejects = [] } = page;
  for (const [name, texts] of Object.entries({ directories, scopes }))
    if (!Array.isArray(texts) || texts.some((text) => typeof text !== 'string'))
      throw noPage(scope, `${name} that are no list of texts`);
  if (scopes.includes(scope)) throw noPage(scope, 'the scope itself as one of its scopes');
  if (nextCursor !== undefined && typeof nextCursor !== 'string') throw noPage(scope, 'a cursor that is no text');
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
  return new TransferError('ERR_LISTING', `${JSON.stringify(scope)}: the lister gave ${what}`);
}

function noEntry(entry: ObjectEntry): TransferError {
  return new TransferError('ERR_LISTING', `the lister gave an entry that cannot be used: ${entryProblem(entry)}`);
}

function keyOf(entry: Partial<ObjectEntry> | null): string {
  return typeof entry?.key === 'string' ? entry.key : String(entry?.key ?? entry);
}

function entryProblem(entry: Partial<ObjectEntry> | null): string | undefined {
  if (typeof entry?.key !== 'string') return 'its key is no text';
  const { size, mtimeMs, etag, md5 } = entry;
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0))
    return `its size is no number of bytes: ${size}`;
  if (mtimeMs !== undefined && !(Math.abs(mtimeMs) <= MAX_TIME_MS)) return `its mtimeMs is no time: ${mtimeMs}`;
  if (etag !== undefined && typeof etag !== 'string') return 'its etag is no text';
  if (md5 !== undefined && (typeof md5 !== 'string' || md5OfHex(md5) === undefined)) return 'its md5 is no MD5';
  return undefined;
}

function bodyProblem(object: FetchedObject | null): string | undefined {
  if (typeof object !== 'object' || object === null) return 'no object';
  const { bytes, stream } = object;
  if (bytes !== undefined) return bytes instanceof Uint8Array ? undefined : 'bytes that are no Uint8Array';
  if (typeof stream?.[Symbol.asyncIterator] === 'function') return undefined;
  return 'neither bytes nor a stream';
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
  return new TransferError('ERR_SERVER', `the Source failed: ${why}`, { cause: thrown });
}

function createBreath(): () => Promise<void> | undefined {
  let answers = 0;
  return () => (++answers % ANSWERS_AT_ONCE === 0 ? nextTurn() : undefined);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
