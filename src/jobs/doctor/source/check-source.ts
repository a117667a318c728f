/** All checks of SOURCE, in the order of a copy: the way to the servers, the clock, the listing, an object. */

import type { Source } from '../../../sources/source.js';
import { say } from '../../../texts/say.js';
import { type Check, problem, warning } from '../check.js';
import type { DoctorSource } from '../doctor-options.js';
import { runCheck, type Step } from '../run-check.js';
import { checkClock } from './clock.js';
import { checkConnection } from './connect.js';
import { checkDigests } from './digests.js';
import { checkListing, checkUsage, type Sample, type Usage } from './listing.js';
import { checkRange, checkRate, checkRead, pickObject } from './objects.js';

/** A longer --timeout is for lines that are slow for days; a check ends sooner. */
const MOST_TIMEOUT_MS = 10_000;
/** A check may need two answers one after the other: a refusal, and the answer to a better request. */
const ANSWERS = 2;

export interface SourceFindings {
  /** SOURCE as a copy records it. */
  readonly url: string;
  /** How large it is. Undefined = the listing failed. */
  readonly usage: Usage | undefined;
}

/** Each check as soon as it is known. */
export async function* checkSource(
  given: DoctorSource,
  { signal, ...limits }: Limits,
): AsyncGenerator<Check, SourceFindings> {
  const ended = new AbortController();
  const timeoutMs = Math.min(limits.timeoutMs, MOST_TIMEOUT_MS);
  const source = open(given, timeoutMs);
  try {
    const isReached = yield* checkServers(given, { timeoutMs, signal: AbortSignal.any([signal, ended.signal]) });
    if (!isReached) {
      yield warning('listing', say.doctor.notChecked(source.url));
      return { url: source.url, usage: undefined };
    }
    return { url: source.url, usage: yield* checkContents(given, source, { timeoutMs, signal }) };
  } finally {
    ended.abort();
    await source.close();
  }
}

interface Limits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

function open({ url, scheme, ...given }: DoctorSource, timeoutMs: number): Source {
  const one = { max: 4 };
  return scheme.open(url, { ...given, timeoutMs, connections: { objects: one, lists: { max: 1 }, total: 5 } });
}

/** Returns whether all of them can be reached. */
async function* checkServers(given: DoctorSource, { timeoutMs, signal }: Limits): AsyncGenerator<Check, boolean> {
  let isReached = true;
  for (const origin of new Set(given.facts.origins)) {
    const run = () => checkConnection(origin, given, signal);
    const checks = await runCheck({ check: 'connect', what: origin, limitMs: timeoutMs, run }, signal);
    yield* checks;
    isReached &&= checks.every(({ level }) => level !== 'problem');
  }
  return isReached;
}

async function* checkContents(
  given: DoctorSource,
  source: Source,
  { timeoutMs, signal }: Limits,
): AsyncGenerator<Check, Usage | undefined> {
  const asked = (check: string, run: Step['run']) =>
    runCheck({ check, what: source.url, limitMs: ANSWERS * timeoutMs + SOME_MS, run }, signal);
  const { diagnosis } = source;
  const clock = diagnosis === undefined ? [] : await asked('clock', () => checkClock(diagnosis));
  yield* clock;
  // It does not speak HTTP, or says nothing.
  if (clock.some(({ level, data }) => level === 'problem' && data?.offSeconds === undefined)) {
    yield warning('listing', say.doctor.notChecked(source.url));
    return undefined;
  }
  if (given.credentials === undefined) {
    yield problem('credentials', given.credentialProblems.join('; '));
    return undefined;
  }
  let sample: Sample | undefined;
  yield* await asked('listing', async () => {
    const listed = await checkListing(source, given.pageSize);
    sample = listed.sample;
    return listed.checks;
  });
  if (sample === undefined) return undefined;
  const { entries } = sample;
  let usage: Usage | undefined;
  const known = sample;
  yield* await asked('size', async () => {
    const found = await checkUsage(source, known);
    usage = found.usage;
    return [found.check];
  });
  const entry = pickObject(known);
  if (entry === undefined)
    yield warning('object', say.doctor.objects.none(source.url), say.doctor.objects.noneAdvice, {
      sampled: entries.length,
    });
  else yield* checkObject(source, { entry, entries, asked });
  return usage;
}

async function* checkObject(
  source: Source,
  {
    entry,
    entries,
    asked,
  }: {
    entry: NonNullable<ReturnType<typeof pickObject>>;
    entries: Sample['entries'];
    asked: (check: string, run: Step['run']) => Promise<readonly Check[]>;
  },
): AsyncGenerator<Check> {
  let object: Awaited<ReturnType<typeof checkRead>>['object'];
  yield* await asked('object', async () => {
    const read = await checkRead(source, entry);
    object = read.object;
    return [read.check];
  });
  if (object === undefined) return;
  const { bytes, size } = object;
  const found = object;
  yield* await asked('range', async () => [await checkRange(source, entry, found)]);
  const rate = await asked('rate', async () => [await checkRate(source, entry, bytes?.length ?? size ?? 0)]);
  yield* rate;
  // What refuses is left in peace.
  if (rate.every(({ level }) => level === 'ok')) yield* await asked('digests', () => checkDigests(source, entries));
}

/** The source's own timeout comes first, and says more. */
const SOME_MS = 1_000;
