/** Examples of what failed and what is gone, out of lists of any length, in bounded memory. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { isGoneLine } from '../../events/lists/gone.js';
import { linesOfList } from '../../lib/files/list-lines.js';
import { STATE_FOLDER } from '../../model/key.js';
import type { JobPlace } from '../plan/job-place.js';
import { failureLists, failureName, retriedLines } from '../run/retried.js';
import type { FailureGroup, Listed, ObjectExample, RenamedExample } from './report.js';

const EACH = 5;
/** Some of them may have been fixed since. */
const CANDIDATES = 4 * EACH;
const CODES = 40;
const GONE = 20;
const RENAMED = 20;
/** Distinct names that are counted. */
const COUNTED_NAMES = 50_000;
const KEY_CHARS = 4_096;
const MESSAGE_CHARS = 600;

export interface Wanted {
  /** Failures by code. */
  readonly codes: Readonly<Record<string, number>>;
  readonly gone: number;
  readonly failuresFile: string | undefined;
  readonly goneFile: string | undefined;
  /** Notes of `fetch` about another job do not count. */
  readonly job: string | undefined;
}

interface Found extends ObjectExample {
  readonly code: string;
}

/** The most frequent codes, each with its examples. */
export async function findExamples(
  place: JobPlace,
  wanted: Wanted,
): Promise<{ groups: FailureGroup[]; more: number; gone: ObjectExample[] }> {
  const counts = Object.entries(wanted.codes).sort(([, one], [, other]) => other - one);
  const shown = counts.slice(0, CODES);
  const candidates = new Map(shown.map(([code]): [string, Map<string, Found>] => [code, new Map()]));
  const gone = new Map<string, Found>();
  // Where one file names all of them, another one may name objects that are not of the job.
  const failureFiles = wanted.failuresFile === undefined ? failureLists(place) : [wanted.failuresFile];
  const goneFiles = wanted.goneFile === undefined ? failureLists(place) : [wanted.goneFile];
  for (const list of new Set([...(shown.length > 0 ? failureFiles : []), ...(wanted.gone > 0 ? goneFiles : [])])) {
    for await (const { example, isGone } of examplesIn(list)) {
      const names = isGone ? gone : candidates.get(example.code);
      const isWanted = (isGone ? goneFiles : failureFiles).includes(list);
      if (names === undefined || !isWanted || names.size >= (isGone ? 4 * GONE : CANDIDATES)) continue;
      names.set(failureName(example.key, example.type), example);
    }
  }
  await dropFixed(place, wanted.job, { gone, failed: [...candidates.values()] });
  return {
    groups: shown.map(([code, count]) => ({
      code,
      count,
      examples: firstOf(candidates.get(code)!, Math.min(EACH, count)),
    })),
    more: counts.slice(CODES).reduce((sum, [, count]) => sum + count, 0),
    gone: firstOf(gone, Math.min(GONE, wanted.gone)),
  };
}

/** Those that a `fetch` has stored, or found in another way, since. */
async function dropFixed(place: JobPlace, job: string | undefined, { gone, failed }: Candidates): Promise<void> {
  if (job === undefined || [gone, ...failed].every(({ size }) => size === 0)) return;
  for await (const line of retriedLines(place)) {
    if (line.job !== job) continue;
    const { status, code } = line;
    const name = failureName(line.key, line.type);
    if (status !== 'gone' && code !== 'ERR_NOT_FOUND') gone.delete(name);
    for (const names of failed) {
      const isStill = status === 'failed' && code === names.get(name)?.code;
      if (!isStill) names.delete(name);
    }
  }
}

interface Candidates {
  readonly gone: Map<string, Found>;
  /** For each code. */
  readonly failed: readonly Map<string, Found>[];
}

function firstOf(names: ReadonlyMap<string, Found>, count: number): ObjectExample[] {
  return [...names.values()].slice(0, count).map(({ code: _code, ...example }) => example);
}

async function* examplesIn(list: string): AsyncGenerator<{ example: Found; isGone: boolean }> {
  if (!isFile(list)) return;
  for await (const line of linesOfList(list)) {
    try {
      const { key, type, code, error, attempts } = JSON.parse(line);
      if (typeof key !== 'string' || typeof code !== 'string') continue;
      const message = typeof error === 'string' ? cut(error, MESSAGE_CHARS) : undefined;
      const isKnown = typeof attempts === 'number' && Number.isFinite(attempts);
      const example = {
        key: cut(key, KEY_CHARS),
        ...(typeof type === 'string' && { type }),
        code,
        ...(message !== undefined && { message }),
        ...(isKnown && { attempts }),
      };
      yield { example, isGone: isGoneLine(line) };
    } catch {
      // A kill cut the line off.
    }
  }
}

/** Objects in these folders whose file has another name. */
export async function findRenamed(root: string): Promise<Listed<RenamedExample> & { isAtLeast: boolean }> {
  const file = join(root, STATE_FOLDER, 'names.ndjson');
  if (!isFile(file)) return { count: 0, examples: [], isAtLeast: false };
  /** By digests: a key may have some kilobytes. */
  const keys = new Set<string>();
  const examples = new Map<string, RenamedExample>();
  let isAtLeast = false;
  for await (const line of linesOfList(file)) {
    const example = renamedOf(line);
    if (example === undefined) continue;
    // An object that was stored again has another line, and the last one counts.
    if (examples.size < RENAMED || examples.has(example.key)) examples.set(example.key, example);
    const id = digestOf(example.key);
    if (keys.size < COUNTED_NAMES) keys.add(id);
    else if (!keys.has(id)) isAtLeast = true;
  }
  return { count: keys.size, examples: [...examples.values()], file, isAtLeast };
}

function renamedOf(line: string): RenamedExample | undefined {
  try {
    const { key, path, volume } = JSON.parse(line);
    if (typeof key !== 'string' || typeof path !== 'string') return undefined;
    return { key: cut(key, KEY_CHARS), path: cut(path, KEY_CHARS), ...(typeof volume === 'string' && { volume }) };
  } catch {
    return undefined;
  }
}

function digestOf(key: string): string {
  return createHash('sha1').update(key).digest('base64');
}

/** A copy: a slice would keep the whole text, of up to some megabytes, in memory. */
function cut(text: string, chars: number): string {
  return text.length <= chars ? text : Buffer.from(text.slice(0, chars), 'utf16le').toString('utf16le');
}

/** A link or a pipe in the place of a list is not read. */
function isFile(path: string): boolean {
  try {
    return lstatSync(path).isFile();
  } catch {
    return false;
  }
}
