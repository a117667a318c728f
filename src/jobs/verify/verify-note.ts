/**
 * Notes the result of a comparison in `.sluice/verify.json` of the first folder, for `report`. A failure to write it ends
 * nothing: a comparison also works on a disk that cannot be written.
 */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Stats } from '../../events/stats.js';
import type { RunEnd } from '../../journal/run-note.js';
import { isCount, isCounts, isTime } from '../../journal/runs/logged-run.js';
import { readTail } from '../../journal/runs/run-log.js';
import { replaceFile } from '../../lib/files/replace-file.js';
import { within } from '../../lib/waiting/within.js';
import type { CheckCounts } from '../../model/digest.js';
import { safeJson } from '../../model/json.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { Reason } from '../../model/reasons.js';
import type { Config } from '../run-options.js';

const LIMIT_BYTES = 64 * 1024;
const END_TIMEOUT_MS = 2_000;

/** The field names are those of the file. */
export interface VerifyNote {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly end: RunEnd;
  readonly code?: string | undefined;
  /** '' for lines that do not say where they come from. */
  readonly source: string;
  /** It read the contents; it looked for extra files; it compared lines; it compared only a part. */
  readonly isChecksum: boolean;
  readonly isExtra: boolean;
  readonly isInput: boolean;
  readonly isPartly: boolean;
  readonly version?: string | undefined;
  readonly compared: number;
  readonly alike: number;
  readonly different: number;
  readonly elsewhere: number;
  readonly bytes: number;
  readonly reasons: Partial<Record<Reason, number>>;
  readonly comparedBy: CheckCounts;
}

export interface VerifyEnd {
  readonly url: string;
  readonly stats: Stats;
  readonly startedAt: string;
  readonly end: RunEnd;
  readonly code: string | undefined;
  readonly version: string | undefined;
}

/** Never rejects. A folder without `.sluice` gets none. */
export async function noteVerify(config: Config, { url, stats, ...rest }: VerifyEnd): Promise<void> {
  const { to, isChecksum, isExtra, isInput, include, exclude, limit } = config;
  const note: VerifyNote = {
    ...rest,
    endedAt: new Date().toISOString(),
    source: config.source.bucket === '' ? '' : url,
    ...{ isChecksum, isExtra, isInput },
    isPartly: include.length > 0 || exclude.length > 0 || limit !== undefined,
    compared: stats.settled,
    alike: stats.skipped,
    different: stats.failed,
    elsewhere: stats.elsewhere,
    bytes: stats.bytes,
    reasons: stats.reasons,
    comparedBy: stats.checked,
  };
  try {
    if (!lstatSync(join(to[0]!, STATE_FOLDER)).isDirectory()) return;
    await within(END_TIMEOUT_MS, replaceFile(pathIn(to[0]!), `${safeJson(note)}\n`), () => {});
  } catch {
    // Nothing else has failed.
  }
}

function pathIn(root: string): string {
  return join(root, STATE_FOLDER, 'verify.json');
}

/** Undefined when no comparison is noted there, or when the note is damaged. Nothing but the known fields comes out of it. */
export function readVerifyNote(root: string): VerifyNote | undefined {
  try {
    const note = JSON.parse(readTail(pathIn(root), LIMIT_BYTES));
    const isWhole =
      [note.startedAt, note.endedAt].every(isTime) &&
      [note.end, note.source].every(isText) &&
      [note.code, note.version].every((text) => text === undefined || isText(text)) &&
      NUMBERS.every((name) => isCount(note[name])) &&
      [note.reasons, note.comparedBy].every(isCounts);
    return isWhole ? fieldsOf(note) : undefined;
  } catch {
    return undefined;
  }
}

function fieldsOf(note: Record<string, unknown>): VerifyNote {
  const known = [...FIELDS, ...NUMBERS].filter((name) => note[name] !== undefined).map((name) => [name, note[name]]);
  const flags = FLAGS.map((name) => [name, note[name] === true]);
  return Object.fromEntries([...known, ...flags]) as VerifyNote;
}

const NUMBERS = [
  'compared',
  'alike',
  'different',
  'elsewhere',
  'bytes',
] as const satisfies readonly (keyof VerifyNote)[];
const FLAGS = ['isChecksum', 'isExtra', 'isInput', 'isPartly'] as const satisfies readonly (keyof VerifyNote)[];
const FIELDS = ['startedAt', 'endedAt', 'end', 'code', 'source', 'version', 'reasons', 'comparedBy'] as const;

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
