/** What a disk does with names and times, as a volume's marker records it. */
import { MAX_NAME_BYTES, type NameTraits, SHORTEST_NAME_BYTES } from '../../model/names/name-rules.js';
import type { TimeTraits } from './kept-times.js';

export interface Traits {
  readonly names: NameTraits;
  readonly times: TimeTraits;
}

/**
 * The traits that hold for files stored under either: a volume that is mounted in another way, or moved to another
 * disk, still has its earlier names and times.
 */
export function joinTraits(one: Traits, other: Traits): Traits {
  const [names, times] = [one.names, one.times];
  const { folding, refused = '', nameBytes = MAX_NAME_BYTES } = other.names;
  return {
    names: compact({
      folding: [names.folding, folding].includes('compatible') ? 'compatible' : (names.folding ?? folding),
      refused: joinClasses(names.refused ?? '', refused),
      hasEndings: names.hasEndings || other.names.hasEndings,
      hasDevices: names.hasDevices || other.names.hasDevices,
      hasAliases: names.hasAliases || other.names.hasAliases,
      nameBytes: limitOf(Math.min(names.nameBytes ?? MAX_NAME_BYTES, nameBytes), MAX_NAME_BYTES),
    }),
    times: compact({
      stepMs: limitOf(Math.max(times.stepMs ?? 1, other.times.stepMs ?? 1), 1),
      minMs: limitOf(Math.max(times.minMs ?? -Infinity, other.times.minMs ?? -Infinity), -Infinity),
      maxMs: limitOf(Math.min(times.maxMs ?? Infinity, other.times.maxMs ?? Infinity), Infinity),
    }),
  };
}

function limitOf(value: number, none: number): number | undefined {
  return value === none ? undefined : value;
}

/** Drops empty fields, so that the same traits always give the same text. */
function compact<T extends object>(record: T): T {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined && value !== false && value !== ''),
  ) as T;
}

/** A member of a character class as recorded: `\u{3a}`, or a range of two. */
const MEMBER = /\\u\{[0-9a-f]{1,6}\}(?:-\\u\{[0-9a-f]{1,6}\})?/g;

function joinClasses(one: string, other: string): string {
  return [...new Set([...(one.match(MEMBER) ?? []), ...(other.match(MEMBER) ?? [])])].sort().join('');
}

/** Reads the traits of a marker. Undefined when it has none. Drops invalid values: the file may contain anything. */
export function parseTraits(value: unknown): Traits | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { names = {}, times = {} } = value as { names?: Record<string, unknown>; times?: Record<string, unknown> };
  if (typeof names !== 'object' || names === null || typeof times !== 'object' || times === null) return undefined;
  const { folding, refused, nameBytes } = names;
  const isFolding = folding === 'names' || folding === 'compatible';
  const found: Traits = {
    names: {
      ...(isFolding && { folding }),
      refused: typeof refused === 'string' ? joinClasses(refused, '') : '',
      hasEndings: names.hasEndings === true,
      hasDevices: names.hasDevices === true,
      hasAliases: names.hasAliases === true,
      ...(isWithin(nameBytes, SHORTEST_NAME_BYTES, MAX_NAME_BYTES) && { nameBytes }),
    },
    times: {
      ...(isWithin(times.stepMs, 1, LONGEST_STEP_MS) && { stepMs: times.stepMs }),
      ...(isWithin(times.minMs, -Infinity, 0) || times.minMs === FAT_MIN_MS ? { minMs: times.minMs as number } : {}),
      ...(isWithin(times.maxMs, 1, Infinity) && { maxMs: times.maxMs }),
    },
  };
  return joinTraits(found, { names: {}, times: {} });
}

/** FAT keeps 1980 to 2107, in the time zone of the mount. */
export const FAT_MIN_MS = Date.UTC(1980, 0, 2);
export const FAT_MAX_MS = Date.UTC(2107, 11, 30);
const LONGEST_STEP_MS = 86_400_000;

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max;
}
