/** Decides if a key may become a path below DIR. The path of a safe key is the key itself. */
import { say } from '../texts/say.js';

/** Sluice's own directory in every DIR; no key may reach into it. */
export const STATE_FOLDER = '.sluice';

/**
 * No disk has longer paths (Linux: PATH_MAX). Without this limit a folder that contains itself would be followed for
 * ever.
 */
export const MAX_DIRECTORY_BYTES = 4_096;

/**
 * Why a key must not be stored; undefined if DIR/key is a path of its own inside DIR. Checks each segment: it must be a
 * plain name.
 */
export function unsafeReason(key: string): string | undefined {
  const { unsafe } = say.sources.objects;
  if (key === '') return unsafe.empty;
  if (key.startsWith('/')) return unsafe.slash;
  if (key.includes('\0')) return unsafe.nul;
  if (!key.isWellFormed()) return unsafe.notUnicode;
  let start = 0;
  while (start <= key.length) {
    let end = key.indexOf('/', start);
    if (end === -1) end = key.length;
    const segment = key.slice(start, end);
    if (segment === '') return unsafe.emptySegment;
    if (segment === '.' || segment === '..') return unsafe.relative(segment);
    if (start === 0 && segment === STATE_FOLDER) return unsafe.state(STATE_FOLDER);
    start = end + 1;
  }
  return undefined;
}

/**
 * A folder's key and a name in it → the name's key; SOURCE itself is ''. In SOURCE a folder with an empty name has the
 * key '/', the next level '//' and so on (see {@link folderKey}): '/' and `x` make `/x`.
 */
export function joinKey(directory: string, name: string): string {
  return isNameless(directory) ? directory + name : `${directory}/${name}`;
}

/** The key of a folder by its name. Never '', since that is SOURCE itself. */
export function folderKey(directory: string, name: string): string {
  const key = joinKey(directory, name);
  return isNameless(key) ? `${key}/` : key;
}

/** The inverse of {@link folderKey}. */
export function folderName(directory: string, key: string): string {
  const name = key.slice(isNameless(directory) ? directory.length : directory.length + 1);
  return name === '/' ? '' : name;
}

/** The key of the parent folder. */
export function parentKey(directory: string): string {
  if (isNameless(directory)) return directory.slice(0, -1);
  const end = directory.lastIndexOf('/');
  const parent = directory.slice(0, end + 1);
  return isNameless(parent) ? parent : directory.slice(0, end);
}

/** Whether all segments of a folder's path are empty. */
export function isNameless(directory: string): boolean {
  return /^\/*$/.test(directory);
}
