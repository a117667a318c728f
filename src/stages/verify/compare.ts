/** Compares the objects of a batch with the files on the disks. Changes nothing. */
import type { Duplex } from 'node:stream';
import pMap from 'p-map';
import { isShortOfFiles, toTransferError } from '../../errors.js';
import type { ChecksumKind } from '../../lib/checksum/checksum.js';
import { concurrent } from '../../lib/streams/concurrent.js';
import type { Batch } from '../../model/batch.js';
import type { CheckedBy, ContentDigest } from '../../model/digest.js';
import { md5OfHex, type ObjectEntry } from '../../model/entry.js';
import type { Finding } from '../../model/finding.js';
import { unsafeReason } from '../../model/key.js';
import type { NameMode } from '../../model/names/names.js';
import { withFiles } from '../../model/open-files.js';
import { showTime } from '../../model/time.js';
import type { Pacer } from '../../pacing/pacer.js';
import type { KeptTimes } from '../../sinks/state/kept-times.js';
import type { FileFacts } from '../../sinks/thread/messages.js';
import { md5OfEntry } from '../../sources/capabilities.js';
import { isBeyondHope, noContact } from '../../sources/first-contact.js';
import type { Source } from '../../sources/source.js';
import { DIGEST_NAMES } from '../../texts/digest-names.js';
import { say } from '../../texts/say.js';

/** Files that one request reads: few, so that progress shows, and a stop takes effect soon. */
const FILES_AT_ONCE = 16;

/** The view of the disks that a comparison needs. */
export interface Inspector {
  readonly roots: readonly string[];
  /** What each disk keeps of a time. */
  readonly times: readonly KeptTimes[];
  /** Requests that can run at once. */
  readonly readers: number;
  inspect(volume: number, keys: readonly string[], needsMd5: boolean, digest?: ChecksumKind): Promise<FileFacts[]>;
}

export interface CompareOptions {
  inspector: Inspector;
  source: Source;
  /** The pacer of the objects: the source gives the MD5s that neither the lines nor the disks have. */
  pacer: Pick<Pacer, 'ask' | 'slots'>;
  /** Once aborted the source gets no more requests. */
  until: AbortSignal;
  /** Another version of each object is stored: the listed size and etag do not apply. */
  isVariant: boolean;
  /** With `refuse`, a key that is not a plain path was not stored, and must not be looked up. */
  names: NameMode;
  /** Reads the files, too. */
  isChecksum: boolean;
  /** The MD5 that was recorded when the file of that key and time was stored. */
  recordedMd5: (volume: number, key: string, mtimeMs: number) => string | undefined;
  /** The finding for an object without a file. */
  missing?: ((entry: ObjectEntry) => Finding) | undefined;
  /** Called with every file that belongs to an object of the source. */
  onSeen: (volume: number, path: string) => void;
  /** Called with the bytes of each file that was read, right or wrong. */
  onRead: (bytes: number) => void;
  /** Called for each content that was compared, alike or not. */
  onCompared: (by: CheckedBy, entry: ObjectEntry) => void;
}

export interface Compared {
  readonly batch: Batch;
  /** One for each entry of the batch; undefined = alike. */
  readonly findings: readonly (Finding | undefined)[];
}

interface Copy {
  readonly volume: number;
  readonly facts: FileFacts;
}

/** A stage: batches → findings. Two batches at once, so that the disks do not wait for the next request. */
export function createCompare(options: CompareOptions): Duplex {
  async function work(batch: Batch): Promise<Compared> {
    const reasons = batch.entries.map(({ key }) => unstorable(key, options.names));
    const entries = batch.entries.filter((_, index) => reasons[index] === undefined);
    const compared = await compare(entries, options);
    let next = 0;
    const findings = batch.entries.map((entry, index): Finding | undefined => {
      const detail = reasons[index];
      return detail === undefined
        ? compared[next++]
        : { entry, reason: 'missing', detail: say.sources.objects.finding.notStored(detail) };
    });
    return { batch, findings };
  }
  return concurrent<Batch, Compared>(work, { concurrency: 2, highWaterMark: 1 });
}

/** Why no file can belong to the object. */
function unstorable(key: string, names: NameMode): string | undefined {
  return names === 'refuse' || key === '' || !key.isWellFormed() ? unsafeReason(key) : undefined;
}

async function compare(entries: readonly ObjectEntry[], options: CompareOptions): Promise<(Finding | undefined)[]> {
  const { inspector, isChecksum, isVariant, onSeen, missing = notThere } = options;
  const keys = entries.map(({ key }) => key);
  const byVolume = await Promise.all(inspector.roots.map((_, volume) => inspector.inspect(volume, keys, false)));
  const findings: (Finding | undefined)[] = [];
  const toRead: { index: number; copy: Copy }[] = [];
  for (const [index, entry] of entries.entries()) {
    const copies = byVolume.map((facts, volume): Copy => ({ volume, facts: facts[index]! }));
    const [best, ...others] = copies
      .filter(({ facts }) => facts.state !== 'absent')
      .map((copy) => ({ copy, finding: compareCopy(entry, copy, { inspector, isVariant }) }))
      .sort((a, b) => Number(a.finding !== undefined) - Number(b.finding !== undefined));
    findings.push(best === undefined ? missing(entry) : best.finding);
    if (best === undefined) continue;
    onSeen(best.copy.volume, best.copy.facts.path);
    // A second copy on another disk is extra, unless the first one differs.
    if (others.length > 0 && best.finding !== undefined) onSeen(others[0]!.copy.volume, others[0]!.copy.facts.path);
    if (isChecksum && best.finding === undefined) toRead.push({ index, copy: best.copy });
  }
  await readAll(entries, findings, toRead, options);
  return findings;
}

function notThere(entry: ObjectEntry): Finding {
  return { entry, reason: 'missing' };
}

/** The result of one stat; undefined = alike so far. */
function compareCopy(
  entry: ObjectEntry,
  { volume, facts }: Copy,
  { inspector, isVariant }: Pick<CompareOptions, 'inspector' | 'isVariant'>,
): Finding | undefined {
  const { key, size, mtimeMs } = entry;
  const place = placeOf(key, inspector.roots[volume]!, facts.path);
  if (facts.state === 'unreadable') return { entry, reason: 'unreadable', ...place, detail: facts.reason };
  if (!isVariant && size !== undefined && facts.size !== size) {
    return { entry, reason: 'size', ...place, detail: say.sources.objects.finding.size(facts.size) };
  }
  if (mtimeMs !== undefined && inspector.times[volume]!.isOlder(facts.mtimeMs, mtimeMs)) {
    return { entry, reason: 'older', ...place, detail: say.sources.objects.finding.time(showTime(facts.mtimeMs)) };
  }
  return undefined;
}

function placeOf(key: string, volume: string, path: string): { volume: string; path?: string } {
  return path === key ? { volume } : { volume, path };
}

/** Reads the contents, a few files per request, on all disks at once. Enters what differs. */
async function readAll(
  entries: readonly ObjectEntry[],
  findings: (Finding | undefined)[],
  toRead: readonly { index: number; copy: Copy }[],
  options: CompareOptions,
): Promise<void> {
  const { inspector, pacer, onRead } = options;
  const questions: (typeof toRead)[] = [];
  for (const volume of inspector.roots.keys()) {
    const here = toRead.filter(({ copy }) => copy.volume === volume);
    for (let start = 0; start < here.length; start += FILES_AT_ONCE) {
      questions.push(here.slice(start, start + FILES_AT_ONCE));
    }
  }
  await pMap(
    questions,
    async (question) => {
      const { volume } = question[0]!.copy;
      const keys = question.map(({ index }) => entries[index]!.key);
      const read = await inspector.inspect(volume, keys, true);
      await pMap(
        question,
        async ({ index }, asked) => {
          onRead(read[asked]!.size);
          findings[index] = await compareContent(entries[index]!, { volume, facts: read[asked]! }, options);
        },
        { concurrency: pacer.slots.concurrency.max },
      );
    },
    { concurrency: inspector.readers },
  );
}

async function compareContent(
  entry: ObjectEntry,
  { volume, facts }: Copy,
  { inspector, source, pacer, until, isVariant, recordedMd5, onCompared }: CompareOptions,
): Promise<Finding | undefined> {
  const place = placeOf(entry.key, inspector.roots[volume]!, facts.path);
  const { md5 } = facts;
  if (md5 === undefined) return { entry, reason: 'unreadable', ...place, detail: facts.reason };
  const known = isVariant ? recordedMd5(volume, entry.key, facts.mtimeMs) : knownMd5();
  let expected: string | ContentDigest | undefined = known;
  try {
    expected ??= await pacer.ask(() => withFiles(async () => source.digest?.(entry)), {
      signal: until,
      isBeyondHope: (error) => isBeyondHope(source, 'objects', error),
    });
  } catch (thrown) {
    if (until.aborted && thrown === until.reason)
      return { entry, reason: 'unverified', ...place, detail: say.sources.objects.finding.interrupted };
    const error = toTransferError(thrown);
    // A shortage of this machine says nothing about the object.
    const isFatal = error.verdict === 'fatal' || isShortOfFiles(error);
    const end = isFatal ? error : noContact(source, 'objects', error);
    if (end !== undefined) throw end;
    return { entry, reason: 'unverified', ...place, detail: error.message };
  }
  if (expected === undefined) {
    return { entry, reason: 'unverified', ...place, detail: say.sources.objects.finding.noMd5 };
  }
  const { kind, hex } = typeof expected === 'string' ? ({ kind: 'md5', hex: expected } as const) : expected;
  const found = kind === 'md5' ? md5 : await digestOf(kind);
  if (found === undefined) return { entry, reason: 'unreadable', ...place, detail: facts.reason };
  onCompared(kind, entry);
  if (hex === found) return undefined;
  const { ofSource, ofStored } = say.sources.objects.finding;
  const detail = (known === undefined ? ofSource : ofStored)(DIGEST_NAMES[kind], found, hex);
  return { entry, reason: 'digest', ...place, detail };

  function knownMd5(): string | undefined {
    // Whatever the ETags of a store are: no other content has this one.
    if (md5OfHex(entry.etag) === md5) return md5;
    return md5OfEntry(source, entry) ?? recordedMd5(volume, entry.key, facts.mtimeMs);
  }

  /** Reads the file once more. Few need that: files without a record, of objects without an MD5. */
  async function digestOf(kind: ChecksumKind): Promise<string | undefined> {
    const [read] = await inspector.inspect(volume, [entry.key], false, kind);
    return read?.digest;
  }
}
