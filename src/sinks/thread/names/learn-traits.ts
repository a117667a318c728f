/** Learns what a disk does with names and times, from the disk and its marker. Synchronous: for its thread. */
import { mkdtempSync, opendirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isShortOfFiles } from '../../../errors.js';
import { STATE_FOLDER } from '../../../model/key.js';
import type { NameTraits } from '../../../model/names/name-rules.js';
import type { TimeTraits } from '../../state/kept-times.js';
import { readTraits } from '../../state/marker.js';
import { FAT_MAX_MS, FAT_MIN_MS, joinTraits, type Traits } from '../../state/traits.js';
import { probeNames } from './probe-names.js';
import { probeTimes } from './probe-times.js';

const WHOLE_SECOND_MS = 1_000;

const UNKNOWN: Traits = { names: {}, times: {} };

/** Tests the disk, and adds the traits that its marker has. The volume's temp folder must exist. */
export function learnTraits(root: string): Traits {
  const known = readTraits(root);
  const found = probeTraits(root);
  return joinTraits(known ?? UNKNOWN, found);
}

/** The traits that are known without a write to the disk. */
export function knownTraits(root: string): Traits {
  const seen = lookOnly(root);
  const known = readTraits(root);
  return joinTraits(known ?? UNKNOWN, seen);
}

/** Tests with files in a separate folder. A full disk shows less. Throws only when no file can be opened. */
function probeTraits(root: string): Traits {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(root, STATE_FOLDER, 'tmp', `${process.pid}-traits-`));
    const names = { ...probeNames(folder), ...(hasAliases(root) && { hasAliases: true }) };
    return { names, times: ofFat(names, probeTimes(join(folder, 'times'))) };
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    return lookOnly(root);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** A driver that caches times in memory hides the limits of FAT until the next mount. */
function ofFat({ refused = '' }: NameTraits, times: TimeTraits): TimeTraits {
  const { stepMs = 1, minMs = FAT_MIN_MS, maxMs = FAT_MAX_MS } = times;
  if (refused === '' || stepMs < WHOLE_SECOND_MS) return times;
  return { stepMs, minMs: Math.max(minMs, FAT_MIN_MS), maxMs: Math.min(maxMs, FAT_MAX_MS) };
}

function hasAliases(root: string): boolean {
  return isThere(join(root, SHORT_STATE_FOLDER)) && !namesIn(root, SHORT_STATE_FOLDER).includes(SHORT_STATE_FOLDER);
}

const SHORT_STATE_FOLDER = 'SLUICE~1';

/** What a disk shows without a write: whether it takes upper and lower case for the same. */
function lookOnly(root: string): Traits {
  const listed = namesIn(root);
  const isFolding = listed.some((name) => {
    const other = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
    // A listed name is a file of its own. (Inode numbers do not help: some disks give one to each name.)
    return other !== name && isThere(join(root, other)) && !namesIn(root, other).includes(other);
  });
  return { names: isFolding ? { folding: 'names' } : {}, times: {} };
}

/** Enough that one of them has a letter. */
const LOOKS = 20;

/** The first names in a folder; with `wanted` only that one. */
function namesIn(root: string, wanted?: string): string[] {
  const names: string[] = [];
  try {
    const folder = opendirSync(root);
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        if (wanted === undefined || entry.name === wanted) names.push(entry.name);
        if (names.length === (wanted === undefined ? LOOKS : 1)) break;
      }
    } finally {
      folder.closeSync();
    }
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    // The folder is missing or unreadable: its next use reports that.
  }
  return names;
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
