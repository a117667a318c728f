/** `.sluice/volume.json`: says that a folder is a volume of a job, and names the other volumes of the job. */
import { type Dir, opendirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isShortOfFiles, localError } from '../../errors.js';
import { replaceFileSync } from '../../lib/files/replace-file.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { crashPoint } from '../../lib/process/crash-point.js';
import { STATE_FOLDER } from '../../model/key.js';
import { withFiles } from '../../model/open-files.js';
import { say } from '../../texts/say.js';
import { systemText } from '../../texts/system.js';
import { codeOf } from '../thread/faults.js';
import { syncFolder } from '../thread/folders.js';
import { parseTraits, type Traits } from './traits.js';

export interface Marker {
  /** A UUID: tells this folder from another one that appears in its place. */
  readonly id: string;
  /** Every folder of the job in the order of `--to`. Empty while the first run is still marking them. */
  readonly roots: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** What the disk does with names and times. Undefined in markers of builds that did not test it. */
  readonly traits?: Traits | undefined;
}

/** A folder and its marker. Undefined = it was never used, or the disk is not mounted. */
export interface KnownRoot {
  readonly root: string;
  readonly marker: Marker | undefined;
}

export function markerPath(root: string): string {
  return join(root, STATE_FOLDER, 'volume.json');
}

/**
 * Reads the markers. Needs no thread, changes nothing. Rejects with ERR_VOLUME when a marker exists but cannot be read.
 */
export function readMarkers(roots: readonly string[]): Promise<KnownRoot[]> {
  return Promise.all(roots.map(async (root) => ({ root, marker: await readMarker(root) })));
}

async function readMarker(root: string): Promise<Marker | undefined> {
  const path = markerPath(root);
  try {
    return parseMarker((await withFiles(() => readSmallFile(path))).toString());
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw localError('ERR_VOLUME', say.disks.marker.unreadable(path, systemText(error, path)), error);
  }
}

function parseMarker(text: string): Marker {
  const { id, roots, createdAt, traits: said } = fieldsOf(text);
  if (typeof id !== 'string' || !Array.isArray(roots)) throw new Error(say.disks.marker.invalid);
  const traits = parseTraits(said);
  return { id, roots: roots.map(String), createdAt: String(createdAt), ...(traits && { traits }) };
}

/**
 * The known traits of the disk, or undefined. Synchronous: for the volume's thread. Throws when no file can be opened.
 */
export function readTraits(root: string): Traits | undefined {
  try {
    return parseMarker(readSmallFile(markerPath(root)).toString()).traits;
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    return undefined;
  }
}

/** Returns {} for invalid JSON: the error message of Node's parser may quote the whole text. */
function fieldsOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Whether the root still is that volume. Synchronous: for the volume's thread. Throws when no file can be opened. */
export function isMarked(root: string, id: string): boolean {
  try {
    return parseMarker(readSmallFile(markerPath(root)).toString()).id === id;
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    return false;
  }
}

/** Writes all of it or nothing, and makes it durable. Synchronous: for the volume's thread. Throws system errors. */
export function writeMarker(root: string, marker: Marker): void {
  const path = markerPath(root);
  replaceFileSync(path, `${JSON.stringify(marker)}\n`);
  crashPoint('marker.renamed');
  syncFolder(dirname(path));
}

/** Whether the folder holds nothing but Sluice's own state, or does not exist. */
export function isEmptyRoot(root: string): boolean {
  let folder: Dir;
  try {
    folder = opendirSync(root);
  } catch (error) {
    return codeOf(error) === 'ENOENT';
  }
  try {
    // One by one: there may be millions.
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
      if (entry.name !== STATE_FOLDER && entry.name !== LOST_AND_FOUND) return false;
    }
    return true;
  } finally {
    folder.closeSync();
  }
}

/** mke2fs creates it. */
const LOST_AND_FOUND = 'lost+found';

/**
 * Why these folders must not be used together, or undefined. When a volume is missing from the list or not mounted, all
 * its files look missing, and Sluice stores them a second time on the others.
 */
export function rootsProblem(known: readonly KnownRoot[]): string | undefined {
  const roots = known.map(({ root }) => root);
  for (const { root, marker } of known) {
    const missing = missingSibling(marker, known);
    if (missing === undefined) continue;
    return say.disks.marker.missing(root, missing, [...new Set([...marker!.roots, ...roots])]);
  }
  const named = new Set(known.flatMap(({ marker }) => marker?.roots ?? []));
  const unmounted = known.find(({ root, marker }) => marker === undefined && named.has(root));
  if (unmounted !== undefined) return say.disks.marker.unmounted(unmounted.root);
  const first = firstRoot(known);
  if (first === undefined || first === roots[0]) return undefined;
  return say.disks.marker.first(first);
}

/**
 * The folders in the order of their markers, new ones last. Undefined when no marker names any, or when some are
 * missing. A run that was killed while it wrote markers leaves shorter lists next to the new one.
 */
export function rememberedOrder(known: readonly KnownRoot[]): string[] | undefined {
  const given = known.map(({ root }) => root);
  const lists = known.flatMap(({ root, marker }) => (marker?.roots.includes(root) ? [marker.roots] : []));
  const [longest] = lists.sort((one, other) => other.length - one.length);
  if (longest === undefined || !longest.every((root) => given.includes(root))) return undefined;
  return [...longest, ...given.filter((root) => !longest.includes(root))];
}

/** A folder that the marker names and that is not given. When all volumes moved together, none is missing. */
function missingSibling(marker: Marker | undefined, known: readonly KnownRoot[]): string | undefined {
  if (marker === undefined) return undefined;
  const group = JSON.stringify(marker.roots);
  const ids = known.filter((other) => JSON.stringify(other.marker?.roots) === group).map((other) => other.marker!.id);
  if (new Set(ids).size >= marker.roots.length) return undefined;
  return marker.roots.find((root) => !known.some((other) => other.root === root));
}

/** The given folder that must come first. */
function firstRoot(known: readonly KnownRoot[]): string | undefined {
  const [head] = known;
  if (head?.marker !== undefined) {
    const { roots } = head.marker;
    return roots.includes(head.root) ? roots[0] : undefined;
  }
  const other = known.find(({ marker }) => marker !== undefined && marker.roots.length > 0);
  return other?.marker?.roots.find((root) => known.some((one) => one.root === root)) ?? other?.root;
}
