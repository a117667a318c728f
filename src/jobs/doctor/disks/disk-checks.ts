/** What a disk has answered, as lines for people. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { MAX_NAME_BYTES, type NameTraits } from '../../../model/names/name-rules.js';
import { kindOf, nameOf } from '../../../sinks/disks/file-systems.js';
import { FreeSpace, type Reserve } from '../../../sinks/disks/free-space.js';
import type { Space } from '../../../sinks/disks/space.js';
import type { TimeTraits } from '../../../sinks/state/kept-times.js';
import { say } from '../../../texts/say.js';
import { type Check, ok, problem, warning } from '../check.js';
import type { DiskReport } from './ask-disk.js';
import {
  type DiskPart,
  type DiskParts,
  PARTS,
  type PlaceFacts,
  type StateFacts,
  type SyncFacts,
} from './disk-facts.js';

/** A run flushes again after three times as long as the last flush took: slower than this, a kill repeats minutes. */
const SLOW_SYNCFS_MS = 5_000;
/** With `--durability file` each object waits for this. */
const SLOW_FSYNC_MS = 200;

/** In the order of the parts. After a place where nothing can be stored, the other lines say nothing new. */
export function checksOfDisk(
  root: string,
  report: DiskReport,
  { reserve, limitMs }: { reserve: Reserve | undefined; limitMs: number },
): Check[] {
  const { parts, errors, missing, isStuck } = report;
  const makers: { readonly [Part in DiskPart]: (facts: DiskParts[Part]) => Check[] } = {
    place: (facts) => [placeCheck(root, facts, parts)],
    state: (facts) => stateChecks(root, facts),
    space: (facts) => [typeCheck(root, parts.place, facts), spaceCheck(root, facts, reserve)],
    names: (facts) => [namesCheck(root, facts)],
    times: (facts) => [timesCheck(root, facts)],
    sync: (facts) => [syncCheck(root, facts)],
  };
  const checks = PARTS.flatMap((part) => {
    const facts = parts[part];
    if (facts !== undefined) return (makers[part] as (facts: unknown) => Check[])(facts);
    const error = errors[part];
    return error === undefined ? [] : [problem(`disk-${part}`, `${root}: ${error}`, undefined, { root })];
  });
  if (missing === undefined) return checks;
  const left = isStuck ? parts.place?.scratch : undefined;
  const texts = say.doctor.disks;
  const message = texts.noAnswer[missing === 'sync' ? 'sync' : 'other'](root, Math.round(limitMs / 100) / 10);
  return [...checks, problem(`disk-${missing}`, message, texts.noAnswerAdvice(left), { root, left })];
}

function placeCheck(root: string, place: PlaceFacts, { state }: Partial<DiskParts>): Check {
  const { base, isThere, refusal, scratch, why } = place;
  const texts = say.doctor.disks;
  const data = { root, base, isThere, refusal, scratch };
  if (refusal === undefined) {
    const message = isThere ? texts.writable(root, scratch!) : texts.creatable(root, base, scratch!);
    return ok('disk-place', message, data);
  }
  const message = texts.refused[refusal](root, base, why ?? '');
  const advice = texts.refusedAdvice[refusal];
  // Its files count; the other disks take the rest.
  const isFrozen = refusal === 'read-only' && state?.marker !== undefined;
  return problem('disk-place', isFrozen ? `${message}; ${texts.frozen}` : message, advice, data);
}

function stateChecks(root: string, { marker, refusal, holder, doneBytes }: StateFacts): Check[] {
  const texts = say.doctor.disks;
  const data = { root, hasCopy: marker !== undefined, doneBytes, holder };
  if (refusal !== undefined) return [problem('disk-state', refusal, undefined, data)];
  if (holder !== undefined)
    return [warning('disk-state', texts.locked(root, holder.pid, holder.command), texts.lockedAdvice, data)];
  return marker === undefined ? [] : [ok('disk-state', texts.hasCopy(root, formatBytes(doneBytes)), data)];
}

function typeCheck(root: string, place: PlaceFacts | undefined, { type: magic }: Space): Check {
  const type = place?.mount?.type ?? nameOf(magic);
  const kind = kindOf(type);
  const texts = say.doctor.disks;
  const data = { root, type, kind, device: place?.mount?.source, mountPoint: place?.mount?.point };
  const message = texts.type(root, type, texts.kinds[kind]);
  const isFine = kind !== 'memory' && kind !== 'layer';
  return isFine ? ok('disk-type', message, data) : warning('disk-type', message, texts.typeAdvice[kind], data);
}

function spaceCheck(root: string, space: Space, reserve: Reserve | undefined): Check {
  const { bytesFree, bytesTotal, filesFree, filesTotal } = space;
  const free = new FreeSpace(reserve);
  free.report(space);
  const texts = say.doctor.disks;
  const usableBytes = Math.max(0, free.bytesBeyondReserve);
  const data = {
    root,
    bytesFree,
    bytesTotal,
    usableBytes,
    filesFree: filesTotal === 0 ? undefined : filesFree,
    filesTotal,
  };
  const files = filesTotal === 0 ? undefined : formatCount(filesFree);
  const message = texts.free(root, formatBytes(bytesFree), formatBytes(bytesTotal), files);
  // The smallest object needs a block and an inode.
  return free.fits(1)
    ? ok('disk-space', message, data)
    : problem('disk-space', texts.full(message), texts.fullAdvice, data);
}

function namesCheck(root: string, names: NameTraits): Check {
  const { folding, refused, hasEndings, hasDevices, nameBytes = MAX_NAME_BYTES } = names;
  const texts = say.doctor.disks;
  const oddities = [
    folding === undefined ? '' : texts.folds,
    refused === undefined ? '' : texts.refuses,
    hasEndings || hasDevices ? texts.reserved : '',
    nameBytes < MAX_NAME_BYTES ? texts.shortNames(nameBytes) : '',
  ].filter(Boolean);
  const data = { root, folding, refused, hasEndings, hasDevices, nameBytes };
  if (oddities.length === 0) return ok('disk-names', texts.plainNames(root, nameBytes), data);
  return warning('disk-names', texts.oddNames(root, oddities.join(texts.join)), texts.oddNamesAdvice, data);
}

function timesCheck(root: string, { stepMs = 1, minMs, maxMs }: TimeTraits): Check {
  const texts = say.doctor.disks;
  const data = { root, stepMs, minMs, maxMs };
  const until = maxMs === undefined ? undefined : new Date(maxMs).getUTCFullYear();
  const message = texts.times(root, stepMs, until);
  // Objects of now must fit.
  return maxMs !== undefined && maxMs < Date.now()
    ? warning('disk-times', message, texts.timesAdvice, data)
    : ok('disk-times', message, data);
}

function syncCheck(root: string, { fsyncMs, syncfsMs, syncfsProblem }: SyncFacts): Check {
  const texts = say.doctor.disks;
  const [file, disk] = [fsyncMs, syncfsMs].map((ms) =>
    ms === undefined ? undefined : Math.max(0.1, ms).toFixed(ms < 10 ? 1 : 0),
  );
  const data = { root, fsyncMs, syncfsMs, syncfsProblem };
  if (disk === undefined)
    return warning('disk-sync', texts.noSyncfs(root, file!, syncfsProblem ?? ''), texts.noSyncfsAdvice, data);
  const message = texts.sync(root, file!, disk);
  const isSlow = fsyncMs > SLOW_FSYNC_MS || syncfsMs! > SLOW_SYNCFS_MS;
  return isSlow ? warning('disk-sync', message, texts.slowSync, data) : ok('disk-sync', message, data);
}
