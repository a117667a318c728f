/**
 * Lists a bucket page by page, in ranges of keys. A page begins behind a key, never at a token: a key stays valid for
 * ever, and every range can begin anywhere. Each page must go up in the order of UTF-8 bytes and stay inside of its range:
 * a store that repeats, goes back or ignores where a page begins is refused, since its listing would lose keys.
 */
import { TransferError } from '../../../errors.js';
import type { Reject } from '../../../model/batch.js';
import type { ObjectEntry } from '../../../model/entry.js';
import { MAX_DIRECTORY_BYTES } from '../../../model/key.js';
import { say } from '../../../texts/say.js';
import type { PageForm } from '../../diagnosis.js';
import type { PageAnswer } from '../../source.js';
import type { Provider } from '../providers.js';
import type { Requests } from '../requests.js';
import { compareKeys } from './byte-order.js';
import { LiveRanges } from './live-ranges.js';
import { type ScannedPage, scanPage } from './page-scanner.js';
import { rangeOf, rangeText, WHOLE } from './ranges.js';
import { type KeyRange, type Split, Splitting } from './splitting.js';

export interface ListingOptions {
  readonly requests: Requests;
  readonly provider: Pick<Provider, 'listing' | 'isUnencoded'>;
  /** '' or a text that every key begins with. Keys are relative to it. */
  readonly prefix: string;
  /** Keys to ask for; a store gives 1,000 at most. */
  readonly pageSize: number;
  /** Ranges to list at once. */
  readonly parallel: number;
  readonly nowMs?: () => number;
}

/** A store that gives no key although more follow is asked to go on by its token; a few times in a row at most. */
const EMPTY_PAGES = 100;
/** No store gives more (docs: ListObjectsV2, max-keys). */
const MOST_ROWS = 1_000;
/** A page of 1,000 keys of 1 kB, each byte as `%XX`, with everything around them. */
const PAGE_LIMIT_BYTES = 16 * 1024 * 1024;
/** No more ranges for so long after the store has asked to slow down. */
const THROTTLED_MS = 30_000;

/** Far more than the pages that are on their way at once. */
const REMEMBERED_SPLITS = 4_096;

/** How the store pages: by `start-after` (V2), or by `marker` (V1). */
type Version = 1 | 2;

export class Listing {
  readonly #options: ListingOptions;
  readonly #splitting: Splitting;
  readonly #live = new LiveRanges();
  readonly #splits = new Map<string, Split>();
  /** What is left of a range → the range as its page before was asked for. */
  readonly #announcedBy = new Map<string, KeyRange>();
  #version: Version;
  #throttledMs = Number.NEGATIVE_INFINITY;
  /** Enough is waiting to be listed, or is on its way. */
  #isBusy = false;

  constructor(options: ListingOptions) {
    const { parallel, nowMs = () => performance.now() } = options;
    this.#options = options;
    this.#version = options.provider.listing ?? 2;
    const isFull = () => this.#isBusy || nowMs() - this.#throttledMs < THROTTLED_MS;
    this.#splitting = new Splitting(() => (isFull() ? 0 : parallel));
  }

  /** How pages are asked for. */
  get form(): PageForm {
    const rows = Math.min(this.#options.pageSize, MOST_ROWS);
    return { rows, mostRows: MOST_ROWS, format: this.#version === 2 ? 'ListObjectsV2' : 'ListObjects' };
  }

  /** See `Lister.listPage`. */
  async listPage(scope: string, cursor: string | undefined, idle?: () => number): Promise<PageAnswer> {
    const text = cursor ?? (scope === '' ? undefined : scope);
    const range = text === undefined ? WHOLE : rangeOf(text);
    this.#splitting.begin(range);
    this.#live.asked(range);
    const page = await this.#page(range).finally(() => this.#live.answered(range));
    const { invalid } = page;
    const within = this.#within(range, page);
    const lastValid = within.findLastIndex((row) => !invalid.has(row));
    if (page.mayFollow && within.length > 0 && lastValid === -1)
      throw new TransferError('ERR_LISTING', say.s3.noProgress);
    // The next page can begin only behind a key that is valid, and brings the others again.
    const rows = page.mayFollow && within.length === page.rows.length ? within.slice(0, lastValid + 1) : within;
    const last = rows.at(-1);
    const isBeyond = within.length < page.rows.length || (range.end !== undefined && last?.key === range.end);
    const isAtEnd = !page.mayFollow || isBeyond;
    const { entries, rejects } = entriesOf(rows, invalid);
    if (isAtEnd || last === undefined) {
      this.#splitting.done(range);
      this.#live.replaced(range, []);
      return { entries, rejects };
    }
    const keys = rows.map(({ key }) => key);
    const { rest, parts } = this.#splitOnce(range, keys, idle?.());
    this.#live.replaced(range, [rest, ...parts]);
    return { entries, rejects, nextCursor: rangeText(rest), scopes: parts.map(rangeText) };
  }

  /** A page that is asked for again, since its answer was lost on the way to the journal, is split as it was. */
  #splitOnce(range: KeyRange, keys: readonly string[], idle: number | undefined): Split {
    const name = rangeText(range);
    const known = this.#splits.get(name);
    if (known !== undefined && known.rest.after === keys.at(-1)) return known;
    this.#isBusy = idle !== undefined && idle <= 0;
    if (idle !== undefined && idle > 0) for (const one of this.#live.takeLost(range)) this.#splitting.done(one);
    let split = this.#splitting.split(range, keys);
    // No journal takes such a scope; its keys stay in this range.
    if (split.parts.some((part) => rangeText(part).length > MAX_DIRECTORY_BYTES))
      split = { rest: { after: split.rest.after, end: range.end }, parts: [] };
    remember(this.#splits, name, split);
    remember(this.#announcedBy, rangeText(split.rest), range);
    return split;
  }

  /** One page; the page before it has said whether keys follow. */
  async #page(range: KeyRange): Promise<ScannedPage> {
    const page = await this.#answer(range);
    const previous = page.rows.length > 0 || page.isTruncated ? undefined : this.#announcedBy.get(rangeText(range));
    return previous === undefined ? page : this.#again(previous, range, page);
  }

  /**
   * The keys that were announced are deleted, or the store loses them where a page begins behind this one (s3rver does). The
   * page before it tells: it announces them still.
   */
  async #again(previous: KeyRange, { after }: KeyRange, empty: ScannedPage): Promise<ScannedPage> {
    const { rows, isTruncated } = await this.#answer(previous);
    if (rows.at(-1)?.key === after && isTruncated)
      throw new TransferError('ERR_LISTING', say.s3.announced(this.#shown(after)));
    return empty;
  }

  /** One page, by V2 or V1. */
  async #answer(range: KeyRange): Promise<ScannedPage> {
    try {
      return await this.#checked(range, this.#version);
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      if (error.code === 'ERR_THROTTLED') this.#throttledMs = (this.#options.nowMs ?? (() => performance.now()))();
      const isOther = this.#version === 2 && (error instanceof WrongBegin || isUnknownVersion(error));
      if (!isOther) throw error;
      // Some stores know only V1; its `marker` is a key, too. If that is no better, the first error says more.
      const page = await this.#checked(range, 1).catch(() => {
        throw error;
      });
      this.#version = 1;
      return page;
    }
  }

  async #checked(range: KeyRange, version: Version): Promise<ScannedPage> {
    let token: string | undefined;
    for (let pages = 0; pages < EMPTY_PAGES; pages++) {
      const page = await this.#ask(range, version, token);
      this.#check(range, page);
      if (version === 2 && page.isTruncated && !page.hasKeyCount && page.nextToken === undefined && pages === 0)
        throw new WrongBegin('ERR_LISTING', say.s3.noToken);
      if (page.rows.length > 0 || !page.isTruncated) return page;
      token = version === 2 ? page.nextToken : page.nextMarker;
      if (!token?.isWellFormed()) throw new TransferError('ERR_LISTING', say.s3.noProgress);
    }
    throw new TransferError('ERR_LISTING', say.s3.noProgress);
  }

  async #ask({ after }: KeyRange, version: Version, token: string | undefined): Promise<ScannedPage> {
    const { requests, provider, prefix, pageSize } = this.#options;
    const begin = after === '' ? undefined : prefix + after;
    const { bytes } = await requests.list(
      {
        'encoding-type': provider.isUnencoded ? undefined : 'url',
        'max-keys': String(Math.min(pageSize, MOST_ROWS)),
        prefix: prefix === '' ? undefined : prefix,
        ...(version === 2
          ? { 'list-type': '2', 'start-after': token === undefined ? begin : undefined, 'continuation-token': token }
          : { marker: token ?? begin }),
      },
      PAGE_LIMIT_BYTES,
    );
    return scanPage(bytes!, prefix);
  }

  /** Refuses a page that loses or repeats keys. */
  #check({ after }: KeyRange, { rows, invalid }: ScannedPage): void {
    let before = after;
    let isFirst = true;
    for (const row of rows) {
      if (invalid.size > 0 && invalid.has(row)) continue;
      const { key } = row;
      const order = compareKeys(key, before);
      // (A key that is the prefix itself comes first.)
      if (order < 0 || (order === 0 && !(isFirst && after === ''))) {
        if (isFirst) throw new WrongBegin('ERR_LISTING', say.s3.wrongBegin(this.#shown(before)));
        throw new TransferError('ERR_LISTING', say.s3.wrongOrder(this.#shown(before), this.#shown(key)));
      }
      before = key;
      isFirst = false;
    }
  }

  #within({ end }: KeyRange, { rows, invalid }: ScannedPage): readonly ObjectEntry[] {
    if (end === undefined) return rows;
    const beyond = rows.findIndex((row) => !invalid.has(row) && compareKeys(row.key, end) > 0);
    return beyond === -1 ? rows : rows.slice(0, beyond);
  }

  /** A whole key in a message. */
  #shown(key: string): string {
    return JSON.stringify(this.#options.prefix + key);
  }
}

function remember<T>(map: Map<string, T>, name: string, value: T): void {
  map.set(name, value);
  if (map.size > REMEMBERED_SPLITS) map.delete(map.keys().next().value!);
}

/** The store does not begin where it was asked to: another way of paging may help. */
class WrongBegin extends TransferError {}

/** A store that does not know V2: it calls it not implemented, or wrong for no reason that has a meaning of its own. */
function isUnknownVersion({ status, code }: TransferError): boolean {
  return status === 501 || (status === 400 && code === 'ERR_REJECTED');
}

function entriesOf(
  rows: readonly ObjectEntry[],
  invalid: ReadonlySet<ObjectEntry>,
): { entries: readonly ObjectEntry[]; rejects: Reject[] } {
  if (invalid.size === 0 && !rows.some(isFolderMarker)) return { entries: rows, rejects: [] };
  const entries: ObjectEntry[] = [];
  const rejects: Reject[] = [];
  for (const entry of rows) {
    if (isFolderMarker(entry)) continue;
    if (!invalid.has(entry)) entries.push(entry);
    else {
      const error = new TransferError('ERR_UNSAFE_KEY', say.s3.invalidKey(JSON.stringify(entry.key)));
      rejects.push({ entry, error, kind: 'name' });
    }
  }
  return { entries, rejects };
}

/** What consoles and file systems write for an empty folder: no file. */
function isFolderMarker({ key, size }: ObjectEntry): boolean {
  return size === 0 && (key === '' || key.endsWith('/'));
}
