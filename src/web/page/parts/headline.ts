/** The state in one sentence, and whether the page is connected. */

import type { Payload } from '../../payload.js';
import type { ConnectionState } from '../data/connection.js';
import { dashboardCommand } from '../words/command.js';
import { headlineOf, type Headline as Said } from '../words/sentence.js';
import { visibleText } from '../words/visible.js';
import type { Words } from '../words/words.js';
import { h, setAttribute, setText, show } from './dom.js';

/** What a state without a connection says. */
interface Shown extends Omit<Said, 'tone'> {
  readonly tone: Said['tone'] | 'lost';
}

export class Headline {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #sentence = h('h1', { class: 'sentence' });
  readonly #detail = h('p', { class: 'sentence-detail' });
  readonly #retry = h('p', { class: 'retry' });
  readonly #retryText = h('span');
  /** Read aloud when the state changes; the sentence itself changes with every number. */
  readonly #status = h('p', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  readonly #mark: HTMLElement;
  #picture: Payload | undefined;
  #state: ConnectionState = { kind: 'connecting' };
  #meaning = '';

  constructor(words: Words, mark: HTMLElement, actions: HTMLElement, connect: () => void) {
    this.#words = words;
    this.#mark = mark;
    const now = h('button', { type: 'button', class: 'plain' }, words.page.state.retryNow);
    now.addEventListener('click', connect);
    this.#retry.append(this.#retryText, ' ', now);
    const text = h('div', { class: 'headline-text' }, this.#sentence, this.#detail, this.#retry, this.#status);
    this.element = h('div', { class: 'headline' }, h('span', { class: 'lamp', 'aria-hidden': 'true' }), text, actions);
    this.#show();
  }

  update(picture: Payload): void {
    this.#picture = picture;
    this.#show();
  }

  connection(state: ConnectionState): void {
    this.#state = state;
    this.#show();
  }

  /** Says something that the viewer has asked for. */
  announce(text: string): void {
    setText(this.#status, text);
  }

  #show(): void {
    const { tone, sentence, detail, meaning } = this.#shown();
    setText(this.#sentence, sentence);
    setText(this.#detail, detail);
    show(this.#detail, detail !== '');
    setAttribute(document.documentElement, 'data-tone', tone);
    if (document.title !== sentence) document.title = sentence;
    if (meaning !== this.#meaning) setText(this.#status, detail === '' ? sentence : `${sentence}. ${detail}`);
    this.#meaning = meaning;
    this.#showRetry();
    this.#showMark();
  }

  #shown(): Shown {
    const { state } = this.#words.page;
    const known = this.#picture && headlineOf(this.#picture, this.#words);
    if (this.#state.kind === 'wants-token')
      return { tone: 'lost', sentence: state.wantsToken, detail: state.wantsTokenDetail, meaning: 'token' };
    if (this.#state.kind === 'not-begun')
      return { tone: 'calm', sentence: state.notBegun, detail: '', meaning: 'not-begun' };
    if (this.#state.kind !== 'lost')
      return known ?? { tone: 'calm', sentence: state.loading, detail: '', meaning: 'loading' };
    // The end of a run is also the end of its page: no reason for an alarm.
    if (known !== undefined && this.#picture?.phase === 'ended')
      return { ...known, detail: state.lostEnded(visibleText(dashboardCommand(this.#picture))) };
    const sentence = state.lost(this.#words.times.near(this.#state.sinceMs, Date.now()));
    const last = known === undefined ? '' : `${state.lastKnown(known.sentence)}. `;
    return { tone: 'lost', sentence, detail: `${last}${state.lostDetail}`, meaning: 'lost' };
  }

  #showRetry(): void {
    show(this.#retry, this.#state.kind === 'lost' && this.#picture?.phase !== 'ended');
    if (this.#state.kind !== 'lost') return;
    const { state } = this.#words.page;
    const { retryAtMs } = this.#state;
    const seconds = retryAtMs === undefined ? 0 : Math.ceil((retryAtMs - Date.now()) / 1000);
    setText(this.#retryText, seconds > 0 ? state.retryIn(seconds) : state.retrying);
  }

  #showMark(): void {
    const { state } = this.#words.page;
    const isEnded = this.#picture?.phase === 'ended';
    show(this.#mark, this.#state.kind === 'live');
    setText(this.#mark, isEnded ? state.ended : state.live);
    setAttribute(this.#mark, 'data-mark', isEnded ? 'ended' : 'live');
  }
}
