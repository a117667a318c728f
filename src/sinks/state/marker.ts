/** `.sluice/volume.json`: what says that a folder is a volume of a job, and which other volumes belong to it. */
import { closeSync, type Dir, fsyncSync, opendirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isShortOfFiles, localError } from '../../errors.js';
import { readSmallFile } from '../../lib/files/small-file.js';
import { crashPoint } from '../../lib/process/crash-point.js';
import { STATE_FOLDER } from '../../model/key.js';
import { withFiles } from '../../model/open-files.js';
import { codeOf } from '../thread/faults.js';
import { syncFolder } from '../thread/folders.js';
import { parseTraits, type Traits } from './traits.js';

export interface Marker {
  /** A UUID: tells this folder from another one that appears in its place. */
  readonly id: string;
  /** Every folder of the job in the order of `--to`; empty while the first run is still marking them. */
  readonly roots: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** What the disk makes of names and times; undefined where a build wrote it that did not ask. */
  readonly traits?: Traits | undefined;
}

/** A folder and what its marker says; none = it was never used, or the disk is not mounted. */
export interface KnownRoot {
  readonly root: string;
  readonly marker: Marker | undefined;
}

export function markerPath(root: string): string {
  return join(root, STATE_FOLDER, 'volume.json');
}

/** Reads the markers; needs no thread and changes nothing. Rejects with ERR_VOLUME when one is there but cannot be read. */
export function readMarkers(roots: readonly string[]): Promise<KnownRoot[]> {
  return Promise.all(roots.map(async (root) => ({ root, marker: await readMarker(root) })));
}

async function readMarker(root: string): Promise<Marker | undefined> {
  const path = markerPath(root);
  try {
    return parseMarker((await withFiles(() => readSmallFile(path))).toString());
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    const advice = 'mend the disk, or remove that file if the folder is no part of a copy any more';
    throw localError('ERR_VOLUME', `${path} cannot be read: ${(error as Error).message}; ${advice}`, error);
  }
}

function parseMarker(text: string): Marker {
  const { id, roots, createdAt, traits: said } = fieldsOf(text);
  if (typeof id !== 'string' || !Array.isArray(roots)) throw new Error('it is no marker of a volume');
  const traits = parseTraits(said);
  return { id, roots: roots.map(String), createdAt: String(createdAt), ...(traits && { traits }) };
}

/** What is known of the disk; undefined where nothing is. Synchronous: for the volume's thread. */
export function readTraits(root: string): Traits | undefined {
  try {
    return parseMarker(readSmallFile(markerPath(root)).toString()).traits;
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    return undefined;
  }
}

/** What Node's parser says of what it does not understand may be all of it. */
function fieldsOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** Whether the root still is the volume with that id. Synchronous: for the volume's thread. Throws where no file can be opened. */
export function isMarked(root: string, id: string): boolean {
  try {
    return parseMarker(readSmallFile(markerPath(root)).toString()).id === id;
  } catch (error) {
    if (isShortOfFiles(error)) throw error;
    return false;
  }
}

/** Complete or not there at all, and on the platter. Synchronous: for the volume's thread. Throws system errors. */
export function writeMarker(root: string, marker: Marker): void {
  const path = markerPath(root);
  const text = Buffer.from(`${JSON.stringify(marker)}\n`);
  const fd = openSync(`${path}.new`, 'w');
  try {
    for (let written = 0; written < text.length; ) written += writeSync(fd, text, written);
    fsyncSync(fd);
  } catch (error) {
    rmSync(`${path}.new`, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.new`, path);
  crashPoint('marker.renamed');
  syncFolder(dirname(path));
}

/** Whether the folder holds nothing but our own state, or is not there. */
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

/** What mke2fs makes. */
const LOST_AND_FOUND = 'lost+found';

/**
 * Why these folders must not be used together as they are, or undefined. A volume that is forgotten, or a disk that is
 * not mounted, would make everything on it look missing, and the others would be filled with it a second time.
 */
export function rootsProblem(known: readonly KnownRoot[]): string | undefined {
  const roots = known.map(({ root }) => root);
  for (const { root, marker } of known) {
    const missing = missingSibling(marker, known);
    if (missing === undefined) continue;
    const all = [...new Set([...marker!.roots, ...roots])].map((path) => `--to ${path}`).join(' ');
    return `${root} holds one part of a copy, and ${missing} another, which is missing from --to; give all of them: ${all}`;
  }
  const named = new Set(known.flatMap(({ marker }) => marker?.roots ?? []));
  const unmounted = known.find(({ root, marker }) => marker === undefined && named.has(root));
  if (unmounted !== undefined) {
    return `${unmounted.root} belongs to this copy but holds nothing of it: is the disk not mounted? What lies on it would be fetched and stored a second time. (If it is lost for good: remove .sluice/volume.json and .sluice/journal on the others.)`;
  }
  const first = firstRoot(known);
  if (first === undefined || first === roots[0]) return undefined;
  return `the first --to has to stay ${first}, where the state of the copy lies; give the others after it`;
}

/**
 * The folders in the order that their markers remember, new ones last; undefined when nothing is remembered, or some are
 * missing. A run that was killed while it marked leaves shorter lists beside the new one.
 */
export function rememberedOrder(known: readonly KnownRoot[]): string[] | undefined {
  const given = known.map(({ root }) => root);
  const lists = known.flatMap(({ root, marker }) => (marker?.roots.includes(root) ? [marker.roots] : []));
  const [longest] = lists.sort((one, other) => other.length - one.length);
  if (longest === undefined || !longest.every((root) => given.includes(root))) return undefined;
  return [...longest, ...given.filter((root) => !longest.includes(root))];
}

/** A folder that the marker names and that is not given. Volumes that moved all together are all there. */
function missingSibling(marker: Marker | undefined, known: readonly KnownRoot[]): string | undefined {
  if (marker === undefined) return undefined;
  const group = JSON.stringify(marker.roots);
  const ids = known.filter((other) => JSON.stringify(other.marker?.roots) === group).map((other) => other.marker!.id);
  if (new Set(ids).size >= marker.roots.length) return undefined;
  return marker.roots.find((root) => !known.some((other) => other.root === root));
}

/** The given folder that has to come first. */
function firstRoot(known: readonly KnownRoot[]): string | undefined {
  const [head] = known;
  if (head?.marker !== undefined) {
    const { roots } = head.marker;
    return roots.includes(head.root) ? roots[0] : undefined;
  }
  const other = known.find(({ marker }) => marker !== undefined && marker.roots.length > 0);
  return other?.marker?.roots.find((root) => known.some((one) => one.root === root)) ?? other?.root;
}
