/** One question to all disks: where is the file of each key? */
import { FOUND } from '../thread/messages.js';
import type { FileQuery, Volume } from './volume.js';

/** Where an object's file is. */
export interface Found {
  /** With the asked size, and not older. */
  readonly isPresent: boolean;
  /** The volume that has it, or else another version of it; -1 = none. */
  readonly home: number;
  /** Its path below that volume, when it is not the key itself. */
  readonly path?: string;
  /** It was found nowhere, but not every disk could tell of this file. */
  readonly isUnknown: boolean;
  /** It was found nowhere, and a disk tells nothing at all any more. */
  readonly isGone: boolean;
}

export interface LookUpOptions {
  isReadOnly: boolean;
  /** Told of a disk that could not tell of a single file: unmounted, deleted or broken. */
  onSilent?: (volume: number) => void;
}

/** Asks every volume about all of them. What is present on one volume and outdated on another is removed there. */
export async function lookUp(
  volumes: readonly Volume[],
  queries: readonly FileQuery[],
  { isReadOnly, onSilent }: LookUpOptions,
): Promise<Found[]> {
  const checked = await Promise.all(volumes.map((volume) => volume.check(queries)));
  const answers = checked.map(({ found }) => found);
  const gone = answers.map(isGone);
  for (const [volume, isOne] of gone.entries()) if (isOne) onSilent?.(volume);
  const found = queries.map((_, index) => join(answers, { gone, index }));
  for (const [volume, { paths }] of checked.entries()) {
    for (const [index, path] of paths) if (found[index]!.home === volume) found[index] = { ...found[index]!, path };
  }
  if (volumes.length > 1 && !isReadOnly) await removeOld(volumes, queries, { answers, found });
  return found;
}

/** A single file may lie on a bad sector; a disk that tells of none is broken. */
function isGone(answer: Uint8Array): boolean {
  return answer.includes(FOUND.gone) || (answer.length > 1 && answer.every((code) => code === FOUND.unknown));
}

function join(answers: readonly Uint8Array[], { gone, index }: { gone: readonly boolean[]; index: number }): Found {
  const doubt = { isUnknown: false, isGone: false };
  let home = -1;
  for (const [volume, answer] of answers.entries()) {
    const code = answer[index];
    if (code === FOUND.present) return { isPresent: true, home: volume, isUnknown: false, isGone: false };
    if (code === FOUND.other && home === -1) home = volume;
    if (code === FOUND.unknown || code === FOUND.gone) doubt[gone[volume] ? 'isGone' : 'isUnknown'] = true;
  }
  return home === -1
    ? { isPresent: false, home, ...doubt }
    : { isPresent: false, home, isUnknown: false, isGone: false };
}

async function removeOld(
  volumes: readonly Volume[],
  queries: readonly FileQuery[],
  { answers, found }: { answers: readonly Uint8Array[]; found: readonly Found[] },
): Promise<void> {
  const removals: Promise<void>[] = [];
  for (const [index, { isPresent }] of found.entries()) {
    for (let volume = 0; isPresent && volume < volumes.length; volume++) {
      if (answers[volume]![index] !== FOUND.other) continue;
      // Where it cannot be removed now it is found again the next time.
      removals.push(volumes[volume]!.remove(queries[index]!.key).catch(() => {}));
    }
  }
  await Promise.all(removals);
}
