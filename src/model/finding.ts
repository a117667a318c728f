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

/** By these codes `fetch` recognises a folder, and a line that stays bad. */
function codeOf({ kind, badLine }: Finding): string | undefined {
  if (kind === 'folder' || kind === 'scope') return 'ERR_LISTING';
  return badLine === undefined ? undefined : 'ERR_BAD_LINE';
}

/** The fields of a line, without those that are not known. `kind` is called `type` in a line. */
export function findingFields(finding: Finding): { key: string; reason: Reason; [field: string]: unknown } {
  const { entry, reason, volume, path, detail, kind } = finding;
  const { key, size, mtimeMs, etag, md5 } = entry;
  const mtime = mtimeMs === undefined ? undefined : new Date(mtimeMs).toISOString();
  const fields = { size, mtime, etag, md5, kind, code: codeOf(finding), volume, path, error: detail };
  return { key, reason, ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

/** One line of NDJSON for `fetch`, without a line feed. */
export function findingLine(entryLine: string, finding: Finding): string {
  const { reason, volume, path, detail, kind } = finding;
  const fields = safeJson({ reason, type: kind, code: codeOf(finding), volume, path, error: detail });
  return `${entryLine.slice(0, -1)},${fields.slice(1)}`;
}
