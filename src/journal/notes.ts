/**
 * Between two checkpoints: notes in the journal which pages are settled, and the counts of the open pages, without a
 * sync. A killed run loses nothing of that, so the next run lists only what was under way. (After the machine has
 * stopped, only checkpoints count; see the storage identity.)
 */
import { crashPoint } from '../lib/process/crash-point.js';
import { sleep } from '../lib/waiting/sleep.js';
import { PageProgress } from '../model/page-progress.js';
import { Tally } from '../model/tally.js';
import type { Journal } from './journal.js';
import type { SettledPage, TallyRow } from './records.js';

/** Notes wait so long for more. */
const PAUSE_MS = 20;
/** A few open pages are noted each time. Many are noted only every so many pauses: at most some kB/s. */
const FEW_PAGES = 16;
const PAUSES_FOR_MANY = 10;

export interface NotesOptions {
  journal: Journal;
  /** Resolves when the kernel has the other data of settled pages (besides their files). */
  handOver?: (() => Promise<void>) | undefined;
  /** The running time of the job in ms, over all runs. */
  activeMs: () => number;
  /** Whether all that was stored on the volume can still be synced. */
  isSafe: (volume: number) => boolean;
}

export class Notes {
  readonly #options: NotesOptions;
  /** Pages under way, with the number of objects noted as settled. */
  readonly #open = new Map<PageProgress, number>();
  #settled: PageProgress[] = [];

  constructor(options: NotesOptions) {
    this.#options = options;
  }

  /** From now on, batches of the page are under way. */
  follow(page: PageProgress): void {
    if (!this.#open.has(page)) this.#open.set(page, page.tally.settled);
  }

  settle(page: PageProgress): void {
    this.#open.delete(page);
    this.#settled.push(page);
  }

  /** Runs until `signal` aborts. Rejects when the journal cannot be written. */
  async run(signal: AbortSignal): Promise<void> {
    for (let pause = 1; !signal.aborted; pause++) {
      await sleep(PAUSE_MS, signal).catch(() => {});
      await this.write(pause % PAUSES_FOR_MANY === 0 ? Number.POSITIVE_INFINITY : FEW_PAGES);
    }
  }

  /** Notes settled pages, and open pages unless more than `openLimit` have changed. */
  async write(openLimit = Number.POSITIVE_INFINITY): Promise<void> {
    const { journal, handOver, isSafe, activeMs } = this.#options;
    const pages = this.#settled.splice(0);
    const partly = this.#partly(openLimit);
    await handOver?.();
    // Meanwhile some may have been committed, or their disk may have failed.
    const settled = pages.filter(
      ({ number, volumes }) => journal.state.uncommitted.has(number) && [...volumes].every(isSafe),
    );
    if (settled.length + partly.length === 0) return;
    journal.enter({ t: 'note', settled: settled.map(toRecord), partly, activeMs: activeMs() });
    await journal.write();
    crashPoint('note.written');
  }

  #partly(openLimit: number): TallyRow[] {
    const moved = [...this.#open].filter(([{ tally }, noted]) => tally.settled !== noted).map(([page]) => page);
    if (moved.length > openLimit) return [];
    for (const page of moved) this.#open.set(page, page.tally.settled);
    return moved.map(({ number, known }) => [number, ...known.toRow()]);
  }
}

function toRecord({ number, volumes, tally, failureLines }: PageProgress): SettledPage {
  const lines = failureLines.length > 0 ? { lines: [...failureLines] } : {};
  return { n: number, v: [...volumes], tally: tally.toRow(), ...lines };
}

/** Restores the page from its note. */
export function fromRecord({ n, v, tally, lines = [] }: SettledPage): PageProgress {
  const page = new PageProgress(n, { isAgain: true });
  page.isHandedOver = true;
  page.tally.add(Tally.fromRow(tally));
  for (const volume of v) page.volumes.add(volume);
  page.failureLines = lines;
  return page;
}
