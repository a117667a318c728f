/** What concerns all disks together: whether they belong together, share a device, and have space for SOURCE. */
import { formatBytes, formatCount } from '../../../lib/text/units.js';
import { FreeSpace, type Reserve } from '../../../sinks/disks/free-space.js';
import { rootsProblem } from '../../../sinks/state/marker.js';
import { say } from '../../../texts/say.js';
import { type Check, ok, problem, warning } from '../check.js';
import type { Usage } from '../source/listing.js';
import type { DiskReport } from './ask-disk.js';

export interface SeenDisk {
  readonly root: string;
  readonly report: DiskReport;
}

export function checksOfAll(
  disks: readonly SeenDisk[],
  { usage, reserve, overlaps }: { usage: Usage | undefined; reserve: Reserve | undefined; overlaps: readonly string[] },
): Check[] {
  const roots = disks.map(({ root }) => root);
  const known = disks.map(({ root, report }) => ({ root, marker: report.parts.state?.marker }));
  // With a disk that did not answer it is not known which markers there are.
  const apart = disks.every(({ report }) => report.parts.state !== undefined) ? rootsProblem(known) : undefined;
  return [
    ...overlaps.map((text) => problem('disks', text, undefined, { roots })),
    ...(apart === undefined ? [] : [problem('disks', apart, undefined, { roots })]),
    ...sharedDevices(disks),
    ...spaceCheck(disks, usage, reserve),
  ];
}

function sharedDevices(disks: readonly SeenDisk[]): Check[] {
  return [...byDevice(disks).values()]
    .filter((roots) => roots.length > 1)
    .map((roots) =>
      warning('disks', say.doctor.disks.sameDevice(roots.join(', ')), say.doctor.disks.sameDeviceAdvice, { roots }),
    );
}

function byDevice(disks: readonly SeenDisk[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const { root, report } of disks) {
    const device = report.parts.place?.device;
    if (device !== undefined) groups.set(device, [...(groups.get(device) ?? []), root]);
  }
  return groups;
}

/** Nothing without the size of SOURCE. Each device counts once. */
function spaceCheck(disks: readonly SeenDisk[], usage: Usage | undefined, reserve: Reserve | undefined): Check[] {
  if (usage?.bytes === undefined) return [];
  let usableBytes = 0;
  let files = 0;
  const seen = new Set<number>();
  for (const { report } of disks) {
    const { place, space } = report.parts;
    // A read-only disk takes nothing.
    if (place === undefined || space === undefined || place.refusal !== undefined || seen.has(place.device)) continue;
    seen.add(place.device);
    const free = new FreeSpace(reserve);
    free.report(space);
    usableBytes += Math.max(0, free.bytesBeyondReserve);
    files += space.filesTotal === 0 ? Number.POSITIVE_INFINITY : space.filesFree;
  }
  const doneBytes = Math.max(0, ...disks.map(({ report }) => report.parts.state?.doneBytes ?? 0));
  const leftBytes = Math.max(0, usage.bytes - doneBytes);
  const data = { usableBytes, leftBytes, doneBytes, filesFree: Number.isFinite(files) ? files : undefined };
  const texts = say.doctor.disks;
  const values = { usable: formatBytes(usableBytes), left: formatBytes(leftBytes), disks: disks.length };
  if (usableBytes < leftBytes) return [problem('space', texts.tooSmall(values), texts.tooSmallAdvice, data)];
  const share = leftBytes / Math.max(1, usage.bytes);
  const objects = usage.objects === undefined ? 0 : Math.ceil(usage.objects * share);
  if (objects > files)
    return [warning('space', texts.fewInodes(formatCount(objects), formatCount(files)), texts.fewInodesAdvice, data)];
  return [ok('space', texts.enough(values), data)];
}
