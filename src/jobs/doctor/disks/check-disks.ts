/** All checks of the destinations, each disk in a thread of its own. */
import { spoken } from '../../../texts/say.js';
import { foldersProblems } from '../../plan/destination.js';
import type { Check } from '../check.js';
import type { DoctorConfig } from '../doctor-options.js';
import type { Usage } from '../source/listing.js';
import { checksOfAll, type SeenDisk } from './all-disks.js';
import { askDisk } from './ask-disk.js';
import { checksOfDisk } from './disk-checks.js';
import type { DiskTask } from './disk-facts.js';

export interface DiskOptions {
  /** SOURCE as the copy would record it. */
  readonly origin: DiskTask['origin'];
  readonly usage: Usage | undefined;
  readonly signal: AbortSignal;
  /** A thread that hangs keeps the process alive. */
  readonly onStuck: () => void;
}

/** For all parts of one disk: it may have to flush what other programs have written, too. */
const MOST_TIMEOUT_MS = 30_000;

/** The disks answer at the same time; their lines come in the order of `--to`. */
export async function* checkDisks(
  { to, reserve, timeoutMs }: Pick<DoctorConfig, 'to' | 'reserve' | 'timeoutMs'>,
  { origin, usage, signal, onStuck }: DiskOptions,
): AsyncGenerator<Check> {
  const language = spoken;
  const limitMs = Math.min(timeoutMs, MOST_TIMEOUT_MS);
  const asked = to.map((root) => askDisk({ root, origin, language }, { limitMs, signal, onStuck }));
  // All of them have removed their files before an interruption is reported.
  await Promise.allSettled(asked);
  const disks: SeenDisk[] = [];
  for (const [index, root] of to.entries()) {
    const report = await asked[index]!;
    disks.push({ root, report });
    yield* checksOfDisk(root, report, { reserve, limitMs });
  }
  const areFine = disks.every(
    ({ report }) => report.parts.place?.refusal === undefined && report.missing === undefined,
  );
  // Its problems of single folders are told above, in more detail.
  const overlaps = areFine && to.length > 1 ? foldersProblems(to, '--to') : [];
  yield* checksOfAll(disks, { usage, reserve, overlaps });
}
