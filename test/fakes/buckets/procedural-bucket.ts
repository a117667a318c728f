// A bucket whose names, sizes, bytes and digests are computed from a seed and an index, so that one of 300 million
// objects needs no memory. All folders are on the upper levels, all objects on the lowest one.

import { pageOfSorted } from '../upyun/paging.js';
import {
  type Bucket,
  type BucketObject,
  contentTypeOf,
  type DirectoryItem,
  type ObjectBody,
  type PageQuery,
} from './bucket.js';
import { md5OfBody } from './digest.js';
import { bodyMaker } from './procedural-body.js';
import { type SizeDistribution, SizeTable } from './size-table.js';

const FIRST_MTIME_SECONDS = 1_400_000_000;
const REMEMBERED_DIGESTS = 16_384;

export interface ProceduralOptions {
  /** Objects in each of the lowest directories; with no `directories`, the size of one flat bucket. */
  readonly objectsPerDirectory: number;
  /** Folders on each level: `1000`, or `[100, 100]` for two levels. @default [] */
  readonly directories?: number | readonly number[];
  /** @default a lognormal distribution with a median of 20 kB */
  readonly sizes?: SizeDistribution;
  /** @default 1 */
  readonly seed?: number;
  /** @default '.jpg' */
  readonly extension?: string;
}

export interface ProceduralBucket extends Bucket {
  readonly objectCount: number;
  /** The key of an object by its number, 0 to objectCount - 1, in listing order. */
  keyOf(index: number): string;
}

/** A bucket that is computed, flat or nested. */
export function proceduralBucket(options: ProceduralOptions): ProceduralBucket {
  return new ComputedBucket(options);
}

/** One level of names: a prefix, a zero-padded number and a suffix, so that name order is number order. */
interface Level {
  readonly prefix: string;
  readonly suffix: string;
  readonly count: number;
  readonly digits: number;
  /** How many objects lie below one item of this level. */
  readonly span: number;
}

class ComputedBucket implements ProceduralBucket {
  readonly objectCount: number;
  readonly #levels: readonly Level[];
  readonly #sizes: SizeTable;
  readonly #makeBody: (index: number, size: number) => ObjectBody;
  readonly #digests = new Map<number, string | Promise<string>>();

  constructor({ objectsPerDirectory, directories = [], sizes, seed = 1, extension = '.jpg' }: ProceduralOptions) {
    const folders = typeof directories === 'number' ? [directories] : directories;
    this.#levels = toLevels([...folders, objectsPerDirectory], extension);
    this.objectCount = this.#levels[0]!.count * this.#levels[0]!.span;
    this.#sizes = new SizeTable(sizes, seed);
    this.#makeBody = bodyMaker(seed);
  }

  page(directory: string, query: PageQuery) {
    const place = this.#locate(directory);
    if (!place) return undefined;
    const { level, first } = place;
    // All items of a directory are of one kind, so both list orders are the same order.
    const isFolder = level !== this.#levels.at(-1);
    return pageOfSorted({ count: level.count, at: (number) => this.#row(level, first, number, isFolder) }, query);
  }

  find(key: string): BucketObject | undefined {
    const slash = key.lastIndexOf('/') + 1;
    const place = this.#locate(key.slice(0, slash));
    if (!place || place.level !== this.#levels.at(-1)) return undefined;
    const number = numberIn(key.slice(slash), place.level);
    return number === undefined ? undefined : this.#object(place.first + number, key);
  }

  hasFolder(directory: string): boolean {
    return this.#locate(directory) !== undefined;
  }

  usageBytes(directory: string): number {
    const place = this.#locate(directory);
    if (!place) return 0;
    return this.#sizes.sum(place.first, place.first + place.level.count * place.level.span);
  }

  keyOf(index: number): string {
    let rest = index;
    const names = this.#levels.map((level) => {
      const number = Math.floor(rest / level.span);
      rest -= number * level.span;
      return nameAt(level, number);
    });
    return names.join('/');
  }

  #row(level: Level, first: number, number: number, isFolder: boolean): DirectoryItem {
    const index = first + number * level.span;
    const size = isFolder ? 0 : this.#sizes.at(index);
    return { name: nameAt(level, number), isFolder, size, mtimeSeconds: mtimeOf(index) };
  }

  #object(index: number, key: string): BucketObject {
    const body = this.#makeBody(index, this.#sizes.at(index));
    const md5 = () => this.#digest(index, body);
    return {
      body: { size: body.size, read: body.read, md5 },
      mtimeSeconds: mtimeOf(index),
      contentType: contentTypeOf(key),
    };
  }

  #digest(index: number, body: ObjectBody): string | Promise<string> {
    const known = this.#digests.get(index);
    if (known) return known;
    if (this.#digests.size >= REMEMBERED_DIGESTS) this.#digests.clear();
    const digest = md5OfBody(body);
    this.#digests.set(index, digest);
    return digest;
  }

  /** The level of the items in a directory, and the number of the first object below it. */
  #locate(directory: string): { level: Level; first: number } | undefined {
    const names = directory.split('/');
    // A directory ends with '/', which leaves one empty name at the end.
    if (names.pop() !== '' || names.length >= this.#levels.length) return undefined;
    let first = 0;
    for (const [depth, name] of names.entries()) {
      const number = numberIn(name, this.#levels[depth]!);
      if (number === undefined) return undefined;
      first += number * this.#levels[depth]!.span;
    }
    return { level: this.#levels[names.length]!, first };
  }
}

function toLevels(counts: readonly number[], extension: string): Level[] {
  let span = 1;
  const levels: Level[] = [];
  for (const [index, count] of [...counts.entries()].reverse()) {
    const isObjects = index === counts.length - 1;
    const digits = String(Math.max(count - 1, 0)).length;
    levels.unshift({ prefix: isObjects ? '' : 'd', suffix: isObjects ? extension : '', count, digits, span });
    span *= count;
  }
  return levels;
}

function nameAt({ prefix, suffix, digits }: Level, number: number): string {
  return prefix + String(number).padStart(digits, '0') + suffix;
}

function numberIn(name: string, level: Level): number | undefined {
  const number = Number(name.slice(level.prefix.length, level.prefix.length + level.digits));
  const isExact = number >= 0 && number < level.count && nameAt(level, number) === name;
  return isExact ? number : undefined;
}

function mtimeOf(index: number): number {
  return FIRST_MTIME_SECONDS + (index % 50_000_000);
}
