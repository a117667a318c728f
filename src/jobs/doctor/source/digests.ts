/** Says by what bodies can be checked: asks for some objects, as a copy does, and reads the headers. */

import { toTransferError } from '../../../errors.js';
import { checksText } from '../../../events/reporters/text.js';
import type { CheckCounts, CheckedBy } from '../../../model/digest.js';
import type { ObjectEntry } from '../../../model/entry.js';
import { md5OfEntry } from '../../../sources/capabilities.js';
import type { Source } from '../../../sources/source.js';
import { say } from '../../../texts/say.js';
import { type Check, ok } from '../check.js';
import { dismiss } from './objects.js';

/** Objects at most; as many at once. One object says nothing of those that were uploaded in another way. */
const SAMPLE = 10;
const AT_ONCE = 4;

/** Nothing where no object answers. */
export async function checkDigests(source: Source, entries: readonly ObjectEntry[]): Promise<Check[]> {
  const first = entries.slice(0, SAMPLE);
  const found = new Map<ObjectEntry, CheckedBy>();
  let next = 0;
  const client = async () => {
    for (let entry = first[next++]; entry !== undefined; entry = first[next++]) {
      try {
        found.set(entry, await kindOf(source, entry));
      } catch (thrown) {
        // Refused for too many requests: no more of them. One object that cannot be read says nothing of the others.
        if (toTransferError(thrown).verdict === 'throttle') next = first.length;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  if (found.size === 0) return [];
  const checkedBy: CheckCounts = {};
  for (const kind of found.values()) checkedBy[kind] = (checkedBy[kind] ?? 0) + 1;
  const objects = first.flatMap((entry) =>
    found.has(entry) ? [{ key: entry.key, checkedBy: found.get(entry)! }] : [],
  );
  const message = say.doctor.objects.checkedBy(found.size, checksText(checkedBy, 0));
  return [ok('digests', message, { sampled: found.size, checkedBy, objects })];
}

/** As a copy does it. */
async function kindOf(source: Source, entry: ObjectEntry): Promise<CheckedBy> {
  const { md5, digest, size, stream } = await source.get(entry);
  dismiss(stream);
  if ((md5 ?? md5OfEntry(source, entry)) !== undefined) return 'md5';
  if (digest !== undefined) return digest.kind;
  return (size ?? entry.size) === undefined ? 'none' : 'size';
}
