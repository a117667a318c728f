/** Asks all disks where the file of each key is. */
import type { FileQuery, Found } from '../sink.js';
import { FOUND } from '../thread/messages.js';
import type { Volume } from './volume.js';

export interface LookUpOptions {
  isReadOnly: boolean;
  /** Called with a disk that could not answer for any file: unmounted, deleted or broken. */
  onSilent?: (volume: number) => void;
}

/** Asks every volume about all keys. Removes an outdated version when another volume has the current one. */
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

/** One unreadable file may be a bad sector; a disk that answers for no file is broken. */
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
      // When the removal fails, the next run finds the old file again.
      removals.push(volumes[volume]!.remove(queries[index]!.key).catch(() => {}));
    }
  }
  await Promise.all(removals);
}
