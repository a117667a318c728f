/** Finds the folders whose objects take longest, in bounded memory. */
import type { SlowFolder } from '../../../journal/runs/logged-run.js';

/** Folders that are followed. When there are more, the half that took the least time so far is forgotten. */
const FOLLOWED = 2_000;
const SHOWN = 10;
/** With fewer objects, one slow answer makes a folder look slow. */
const ENOUGH_OBJECTS = 10;
/** Of a name that is written down. */
const NAME_CHARS = 1_000;

type Sum = { folder: string; objects: number; bytes: number; ms: number };

export class SlowFolders {
  #sums = new Map<string, Sum>();

  /** An object of this key was stored, so many milliseconds after its first request. */
  add(key: string, bytes: number, ms: number): void {
    const folder = key.slice(0, Math.max(0, key.lastIndexOf('/')));
    const sum = this.#sums.get(folder);
    if (sum !== undefined) {
      sum.objects++;
      sum.bytes += bytes;
      sum.ms += ms;
      return;
    }
    if (this.#sums.size >= FOLLOWED) this.#forget();
    this.#sums.set(folder, { folder, objects: 1, bytes, ms });
  }

  #forget(): void {
    const kept = [...this.#sums.values()].sort((one, other) => other.ms - one.ms).slice(0, FOLLOWED / 2);
    this.#sums = new Map(kept.map((sum) => [sum.folder, sum]));
  }

  /** The slowest on average first. */
  get slowest(): SlowFolder[] {
    return slowestOf([...this.#sums.values()]);
  }
}

/** The slowest of these, the slowest first. */
export function slowestOf(folders: readonly SlowFolder[]): SlowFolder[] {
  const isEnough = ({ objects }: SlowFolder) => objects >= ENOUGH_OBJECTS;
  const byTime = (one: SlowFolder, other: SlowFolder) => other.ms / other.objects - one.ms / one.objects;
  const ranked = [...folders.filter(isEnough).sort(byTime), ...folders.filter((one) => !isEnough(one)).sort(byTime)];
  return ranked.slice(0, SHOWN).map(({ folder, ms, ...rest }) => ({
    folder: folder.slice(0, NAME_CHARS),
    ...rest,
    ms: Math.round(ms),
  }));
}
