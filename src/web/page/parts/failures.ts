/** What failed lately: which object, why, what can be done, and the command that tries it again. */
import type { RecentFailure } from '../../../events/picture/watch.js';
import { formatCount } from '../../../lib/text/units.js';
import type { Payload } from '../../payload.js';
import { retryCommand } from '../words/command.js';
import type { Words } from '../words/words.js';
import { copyText } from './copy.js';
import { h, outside, Rows, section, setAttribute, setOutside, setText, show } from './dom.js';
import type { Part } from './part.js';

/** Shown at first. */
const FEW = 5;

export interface FailuresPart extends Part {
  failures(failures: readonly RecentFailure[]): void;
}

export function createFailures(words: Words, announce: (text: string) => void): FailuresPart {
  const { failures: texts } = words.page;
  const none = h('p', { class: 'none' }, texts.none);
  const count = h('span', { class: 'beside' });
  const codes = h('ul', { class: 'codes', 'aria-label': texts.codes });
  const list = h('ol', { class: 'failures' });
  const more = h('button', { type: 'button', class: 'plain' });
  const retry = retryBox(words, announce);
  const element = section('failures', texts.title, none, codes, list, more, retry.element);
  element.querySelector('h2')!.after(count);
  let all: readonly RecentFailure[] = [];
  let picture: Payload | undefined;
  let isWhole = false;

  const codeRows = new Rows<[string, number], ReturnType<typeof codeRow>>(codes, codeRow, (row, item) =>
    row.change(item),
  );
  const rows = new Rows<RecentFailure, ReturnType<typeof failureRow>>(
    list,
    () => failureRow(words),
    (row, failure) => row.change(failure, picture?.atMs ?? failure.atMs),
  );
  const refresh = () => {
    const shown = isWhole ? all : all.slice(0, FEW);
    rows.update(shown);
    const failed = Math.max(picture?.outcomes.failed ?? 0, all.length);
    show(none, failed === 0);
    show(count, all.length > 0);
    setText(count, texts.count(all.length, failed));
    show(more, shown.length < all.length);
    setText(more, texts.more(all.length - shown.length));
    codeRows.update(Object.entries(picture?.codes ?? {}).sort(([, one], [, other]) => other - one));
    if (picture !== undefined) retry.change(picture);
  };
  more.addEventListener('click', () => {
    isWhole = true;
    refresh();
    // The button has gone: what it has brought is where the keyboard goes on.
    (list.children[FEW] as HTMLElement | undefined)?.focus();
  });
  return {
    element,
    update(next) {
      picture = next;
      refresh();
    },
    failures(next) {
      all = next;
      refresh();
    },
  };
}

function codeRow() {
  const code = h('code');
  const count = h('span');
  return {
    element: h('li', {}, count, ' ', code),
    change([name, number]: [string, number]) {
      setText(code, name);
      setText(count, formatCount(number));
    },
  };
}

function failureRow(words: Words) {
  const { failures } = words.page;
  const key = h('span', { class: 'failure-key' });
  const code = h('code', { class: 'failure-code' });
  const time = h('time', { class: 'failure-time' });
  const message = h('p', { class: 'failure-message' });
  const advice = h('p', { class: 'failure-advice' });
  const element = h('li', { class: 'failure', tabindex: '-1' }, key, code, time, message, advice);
  return {
    element,
    change(failure: RecentFailure, nowMs: number) {
      setOutside(key, failure.key === '' ? failures.emptyKey : failure.key, failures.hidden);
      setText(code, failure.code);
      setAttribute(code, 'data-verdict', failure.verdict);
      setText(time, words.times.near(failure.atMs, nowMs));
      setAttribute(time, 'datetime', new Date(failure.atMs).toISOString());
      setOutside(message, failure.message, failures.hidden);
      show(advice, failure.advice !== undefined);
      if (failure.advice !== undefined) setOutside(advice, failure.advice, failures.hidden);
    },
  };
}

/** The command, and a button that copies it. */
function retryBox(words: Words, announce: (text: string) => void) {
  const { failures } = words.page;
  const when = h('p');
  const command = h('code', { tabindex: '0' });
  const copy = h('button', { type: 'button' }, failures.copy);
  const element = h('div', { class: 'retry-command' }, when, h('div', { class: 'command' }, command, copy));
  let text = '';
  copy.addEventListener('click', async () => {
    const said = (await copyText(text)) ? failures.copied : failures.notCopied;
    setText(copy, said);
    announce(said);
    window.setTimeout(() => setText(copy, failures.copy), 3_000);
  });
  return {
    element,
    change(picture: Payload) {
      const known = picture.outcomes.failed > 0 ? retryCommand(picture) : undefined;
      show(element, known !== undefined);
      setText(when, picture.phase === 'ended' ? failures.retryNow : failures.retry);
      text = known ?? '';
      if (command.dataset.text !== text) showCommand(command, text, failures.hidden);
    },
  };
}

/** Broken only between its words: a line that ends with `--` is hard to read. */
function showCommand(command: HTMLElement, text: string, describe: (code: string) => string): void {
  command.dataset.text = text;
  const words = text.split(' ').map((word) => h('span', { class: 'word' }, outside(word, describe)));
  command.replaceChildren(...words.flatMap((word, index) => (index === 0 ? [word] : [' ', word])));
}
