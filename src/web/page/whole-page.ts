/** The whole page in one language. Another language is another page with the same data. */
import type { History, RecentFailure } from '../../events/picture/watch.js';
import type { Payload } from '../payload.js';
import { Charts } from './charts/charts.js';
import type { Api } from './data/api.js';
import type { ConnectionState } from './data/connection.js';
import { HistoryStore, type Range } from './data/history-store.js';
import { createLimits, createPauseButton } from './parts/controls.js';
import { h } from './parts/dom.js';
import { createFailures, type FailuresPart } from './parts/failures.js';
import { createHeader } from './parts/header.js';
import { Headline } from './parts/headline.js';
import { createJob } from './parts/job.js';
import { createMachines } from './parts/machines.js';
import { createOutcomes } from './parts/outcomes.js';
import type { Part } from './parts/part.js';
import { createProgress } from './parts/progress.js';
import { createTokenForm } from './parts/token-form.js';
import { createVolumes } from './parts/volumes.js';
import type { PageLanguage, Words } from './words/words.js';

/** What stays when the language changes. */
export interface Known {
  readonly store: HistoryStore;
  picture?: Payload;
  failures: readonly RecentFailure[];
  connection: ConnectionState;
  range: Range;
}

export interface PageActions {
  connect(): void;
  enterToken(token: string): void;
  choose(language: PageLanguage): void;
}

export class Page {
  readonly element: HTMLElement;
  readonly #known: Known;
  readonly #headline: Headline;
  readonly #charts: Charts;
  readonly #failures: FailuresPart;
  readonly #token: HTMLElement;
  readonly #content: HTMLElement;
  readonly #parts: readonly Part[];

  constructor(words: Words, known: Known, api: Api, actions: PageActions) {
    this.#known = known;
    const announce = (text: string) => this.#headline.announce(text);
    const mark = h('span', { class: 'mark' });
    const header = createHeader(words, mark, (language) => actions.choose(language));
    const pause = createPauseButton(words, api, announce);
    this.#headline = new Headline(words, mark, pause.element, () => actions.connect());
    this.#charts = new Charts(words, known.store, known.range, (range) => {
      known.range = range;
    });
    this.#failures = createFailures(words, announce);
    this.#token = createTokenForm(words, (token) => actions.enterToken(token));
    const [progress, machines, job] = [createProgress(words), createMachines(words), createJob(words)];
    const sides = [createOutcomes(words), createVolumes(words), createLimits(words, api, announce)];
    this.#parts = [header, pause, progress, machines, job, ...sides, this.#failures];
    const side = h('div', { class: 'sides' }, ...sides.map(({ element }) => element));
    this.#content = h(
      'div',
      { class: 'content' },
      progress.element,
      this.#charts.element,
      side,
      machines.element,
      this.#failures.element,
      job.element,
    );
    this.element = h(
      'div',
      { class: 'page' },
      header.element,
      h('main', {}, this.#headline.element, this.#token, this.#content),
    );
    this.#content.hidden = true;
    this.connection(known.connection);
    if (known.picture !== undefined) this.picture(known.picture);
    this.failures(known.failures);
  }

  picture(picture: Payload): void {
    this.#content.hidden = false;
    for (const part of this.#parts) part.update(picture);
    this.#headline.update(picture);
    this.drawCharts();
  }

  failures(failures: readonly RecentFailure[]): void {
    this.#failures.failures(failures);
  }

  connection(state: ConnectionState): void {
    this.#headline.connection(state);
    this.#token.hidden = state.kind !== 'wants-token';
    this.element.classList.toggle('stale', state.kind === 'lost' && this.#known.picture?.phase !== 'ended');
  }

  /** A page that is not looked at draws nothing. */
  drawCharts(): void {
    const { picture } = this.#known;
    if (picture !== undefined && !document.hidden) this.#charts.update(picture.atMs, picture.phase === 'ended');
  }

  redraw(): void {
    this.#charts.redraw();
  }

  destroy(): void {
    this.#charts.destroy();
    this.element.remove();
  }
}

/** Nothing is known yet. */
export function nothingKnown(): Known {
  return { store: new HistoryStore(), failures: [], connection: { kind: 'connecting' }, range: 'hour' };
}

export type { History };
