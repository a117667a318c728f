/** One question to all disks: where is the file of each key? */
import { FOUND } from './messages.js';
import type { FileQuery, Volume } from './volume.js';

/** Where an object's file is. */
export interface Found {
  /** With the asked size, and not older. */
  readonly isPresent: boolean;
  /** The volume that has it, or else another version of it; -1 = none. */
  readonly home: number;
  /** It was found nowhere, but not every disk could tell. */
  readonly isUnknown: boolean;
}

/** Asks every volume about all of them. What is present on one volume and outdated on another is removed there. */
export async function lookUp(
  volumes: readonly Volume[],
  queries: readonly FileQuery[],
  isReadOnly: boolean,
): Promise<Found[]> {
  const answers = await Promise.all(volumes.map((volume) => volume.check(queries)));
  const found = queries.map((_, index) => join(answers, index));
  if (volumes.length > 1 && !isReadOnly) await removeOld(volumes, queries, { answers, found });
  return found;
}

function join(answers: readonly Uint8Array[], index: number): Found {
  let home = -1;
  let isUnknown = false;
  for (const [volume, answer] of answers.entries()) {
    const code = answer[index];
    if (code === FOUND.present) return { isPresent: true, home: volume, isUnknown: false };
    if (code === FOUND.other && home === -1) home = volume;
    if (code === FOUND.unknown) isUnknown = true;
  }
  return { isPresent: false, home, isUnknown: isUnknown && home === -1 };
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
