/** What a comparison of the source with the disks found. */

import type { RejectKind } from './batch.js';
import type { ObjectEntry } from './entry.js';
import { safeJson } from './json.js';
import type { BadLine } from './line.js';
import type { Reason } from './reasons.js';

export interface Finding {
  readonly entry: ObjectEntry;
  readonly reason: Reason;
  /** Root of the volume, if there is a file. */
  readonly volume?: string | undefined;
  /** Path below the volume, if it differs from the key. */
  readonly path?: string | undefined;
  /** More about the finding, as text. */
  readonly detail?: string | undefined;
  /** Kind of the entry if it is not an object, as in a failures file. */
  readonly kind?: RejectKind | undefined;
  readonly badLine?: BadLine | undefined;
}

/** One line of NDJSON for `fetch`, without a line feed. */
export function findingLine(entryLine: string, { reason, volume, path, detail, kind, badLine }: Finding): string {
  // By these codes `fetch` recognises a folder, and a line that stays bad.
  const code =
    kind === 'folder' || kind === 'scope' ? 'ERR_LISTING' : badLine === undefined ? undefined : 'ERR_BAD_LINE';
  const fields = safeJson({ reason, type: kind, code, volume, path, error: detail });
  return `${entryLine.slice(0, -1)},${fields.slice(1)}`;
}
