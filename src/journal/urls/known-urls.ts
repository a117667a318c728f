/**
 * Remembers what was stored from a list of URLs: an append-only file of one line for each object, with what the server
 * sent to recognise the version by. A line is written after its file is in its place, and counts only while the file has
 * that size and is not older. So whatever is lost, an object is fetched once more at worst.
 *
 * One run of a list to its end is a pass. What was stored in a pass that was cut off is not asked for again when it goes on.
 * A line that no flush of the disks followed counts only as long as the machine and its disks have not been away since.
 */
import { renameSync, rmSync } from 'node:fs';
import { localError, type TransferError } from '../../errors.js';
import type { GiveWay } from '../../lib/files/with-space.js';
import { HASH_DIGITS, HashTable, hashName, shortHash } from '../../lib/record-index/hash-table.js';
import type { ObjectEntry } from '../../model/entry.js';
import type { KnownVersion } from '../../model/urls/known-version.js';
import { identityOfUrl } from '../../model/urls/url-key.js';
import { say } from '../../texts/say.js';
import { type FoundLine, LINE_BYTES, LineFile } from './line-file.js';

export interface KnownUrlsOptions {
  /** Names the machine since its boot, and its disks; undefined = not known. */
  readonly storage: string | undefined;
  /** Begin a new pass. */
  readonly isRestart: boolean;
  readonly giveWay?: GiveWay | undefined;
}

/** Lines about the file itself; the others begin with the hash of their key. */
const FLUSHED = '#flushed';
const DONE = '#done';
const STORAGE = '#storage ';

/** The file may have so many lines that do not count any more. */
const COMPACT_LINES = 10_000;
const LINES_OF_OBJECT = 2;

export class KnownUrls {
  readonly #path: string;
  readonly #file: LineFile;
  /** Key → where its last line begins. */
  readonly #places: HashTable;
  /** Where the lines of this pass begin. */
  #passBegin: number;

  private constructor(path: string, { file, places, passBegin }: Loaded) {
    this.#path = path;
    this.#file = file;
    this.#places = places;
    this.#passBegin = passBegin;
  }

  /** Throws ERR_STATE. */
  static open(path: string, { storage, isRestart, giveWay }: KnownUrlsOptions): KnownUrls {
    try {
      const known = new KnownUrls(path, loadSmall(path, storage, giveWay));
      if (isRestart) {
        known.#file.append(DONE);
        known.#passBegin = known.#file.bytes;
      }
      known.#file.append(STORAGE + (storage ?? ''));
      known.#file.write();
      return known;
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** What is remembered of an entry, if it was stored from this URL. */
  find({ key, target }: ObjectEntry): KnownVersion | undefined {
    const at = target && this.#places.get(key);
    if (at === undefined) return undefined;
    const line = parse(this.#file.read(at));
    if (line?.u !== shortHash(identityOfUrl(target!))) return undefined;
    const { s: size, m: mtimeMs, e: etag, l: lastModified, d: md5 } = line;
    return { size, mtimeMs, etag, lastModified, md5, isOfPass: at >= this.#passBegin };
  }

  /** An object was stored. */
  stored(
    { key, target }: ObjectEntry,
    { size, mtimeMs, md5, etag, lastModified }: Omit<KnownVersion, 'isOfPass'>,
  ): void {
    if (target === undefined) return;
    const u = shortHash(identityOfUrl(target));
    this.#remember(
      key,
      `${hashName(key)} ${JSON.stringify({ u, s: size, m: mtimeMs, e: etag, l: lastModified, d: md5 })}`,
    );
  }

  /** The server says that it has not changed. */
  confirmed({ key }: ObjectEntry): void {
    const at = this.#places.get(key);
    if (at !== undefined) this.#remember(key, this.#file.read(at));
  }

  /** The disks were flushed, with all that was recorded. `isDone`: the list was read to its end. */
  flushed({ isDone }: { isDone: boolean }): void {
    try {
      this.#file.append(isDone ? DONE : FLUSHED);
      this.#file.sync();
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  close(): void {
    this.#file.close();
  }

  #remember(key: string, line: string): void {
    if (Buffer.byteLength(line) >= LINE_BYTES) return;
    try {
      this.#places.set(key, this.#file.append(line));
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }
}

interface Loaded {
  readonly file: LineFile;
  readonly places: HashTable;
  readonly lines: number;
  readonly passBegin: number;
}

/** Loads the file, and first leaves out the lines that do not count where they are many. */
function loadSmall(path: string, storage: string | undefined, giveWay: GiveWay | undefined): Loaded {
  const loaded = load(path, storage, giveWay);
  if (loaded.lines <= LINES_OF_OBJECT * loaded.places.size + COMPACT_LINES) return loaded;
  const fresh = `${path}.new`;
  try {
    rmSync(fresh, { force: true });
    compact(loaded, new LineFile(fresh, giveWay));
    renameSync(fresh, path);
  } finally {
    loaded.file.close();
    rmSync(fresh, { force: true });
  }
  return load(path, storage, giveWay);
}

function load(path: string, storage: string | undefined, giveWay: GiveWay | undefined): Loaded {
  const file = new LineFile(path, giveWay);
  let durable = 0;
  let writtenOn: string | undefined;
  for (const { end, text } of file.lines()) {
    if (text === DONE || text === FLUSHED) durable = end;
    else if (text.startsWith(STORAGE)) writtenOn = text.slice(STORAGE.length);
  }
  // The machine or a disk was away: the files of the last lines may be lost.
  if (storage === undefined || writtenOn !== storage) file.truncate(durable);
  const places = new HashTable();
  let lines = 0;
  let passBegin = 0;
  for (const { at, end, text } of file.lines()) {
    lines++;
    if (text === DONE) passBegin = end;
    else if (OBJECT.test(text)) places.setHash(text.slice(0, HASH_DIGITS), at);
  }
  return { file, places, lines, passBegin };
}

/** Copies the last line of each key, and the marks of this pass. */
function compact({ file, places, passBegin }: Loaded, copy: LineFile): void {
  let isEarlier = true;
  const counts = ({ at, text }: FoundLine) =>
    OBJECT.test(text) ? places.getHash(text.slice(0, HASH_DIGITS)) === at : !isEarlier && text.startsWith('#');
  for (const line of file.lines()) {
    if (isEarlier && line.at >= passBegin) {
      isEarlier = false;
      copy.append(DONE);
    }
    if (counts(line)) copy.append(line.text);
  }
  if (isEarlier) copy.append(DONE);
  copy.sync();
  copy.close();
}

/** The line of an object. */
const OBJECT = /^[0-9a-f]{16} \{/;

interface Line {
  /** The URL, as a hash. */
  readonly u: number;
  /** Size, mtime, ETag, Last-Modified and MD5 (digest). */
  readonly s: number;
  readonly m: number;
  readonly e?: string | undefined;
  readonly l?: string | undefined;
  readonly d?: string | undefined;
}

/** Undefined for a line that is damaged. */
function parse(text: string): Line | undefined {
  try {
    const line = JSON.parse(text.slice(HASH_DIGITS + 1));
    return typeof line?.s === 'number' && typeof line.m === 'number' ? line : undefined;
  } catch {
    return undefined;
  }
}

function unwritable(path: string, error: unknown): TransferError {
  const why = error instanceof Error ? error.message : String(error);
  return localError('ERR_STATE', say.urls.state(path, why), error);
}
