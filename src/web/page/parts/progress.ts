/** Objects and bytes of their totals, when it ends, and since when it runs. */
import { formatCount } from '../../../lib/text/units.js';
import type { Payload } from '../../payload.js';
import { type Amount, amountsOf } from '../words/amounts.js';
import { whenIn } from '../words/sentence.js';
import type { Words } from '../words/words.js';
import { Bar } from './bar.js';
import { fact, h, Rows, section, setText, show } from './dom.js';
import type { Part } from './part.js';

export function createProgress(words: Words): Part {
  const { page } = words;
  const list = h('div', { class: 'amounts' });
  const amounts = new Rows<Amount, ReturnType<typeof amountRow>>(
    list,
    () => amountRow(words),
    (row, amount) => row.change(amount),
  );
  const eta = fact(words.progress.screen.eta);
  const elapsed = fact(page.progress.elapsed);
  const ended = fact(page.progress.ended);
  const runs = fact(page.progress.runs);
  const retries = fact(page.progress.retries);
  const facts = h('dl', { class: 'facts' }, ...[eta, elapsed, ended, runs, retries].map(({ element }) => element));
  return {
    element: section('progress', page.progress.title, list, facts),
    update(picture) {
      const { progress, atMs, runStartedAtMs: startedAtMs = picture.startedAtMs } = picture;
      amounts.update(amountsOf(picture, words));
      setText(eta.value, etaOf(picture, words));
      show(elapsed.element, picture.phase === 'running');
      const seconds = Math.max(0, atMs - startedAtMs) / 1000;
      const since = page.progress.started(words.times.near(startedAtMs, atMs));
      setText(elapsed.value, [words.progress.duration(seconds), since].join(words.progress.line.between));
      show(ended.element, picture.end?.atMs !== undefined);
      setText(ended.value, words.times.near(picture.end?.atMs ?? atMs, atMs));
      show(runs.element, picture.runs !== undefined);
      setText(runs.value, page.progress.run(picture.runs ?? 1));
      // The files of a job that has ended do not have them.
      show(retries.element, picture.phase === 'running' || progress.retries > 0);
      setText(retries.value, formatCount(progress.retries));
    },
  };
}

/** `Thursday about 14:00 (in 2d 4h)`. */
function etaOf(picture: Payload, words: Words): string {
  const { secondsLeft } = picture.progress;
  const { screen, duration } = words.progress;
  if (secondsLeft === undefined) return words.page.noData;
  if (secondsLeft === 0) return screen.done;
  if (secondsLeft < 3_600) return screen.soon(duration(secondsLeft));
  return screen.at(whenIn(secondsLeft, picture.atMs, words), duration(secondsLeft));
}

function amountRow(words: Words) {
  const name = h('span', { class: 'amount-name' });
  const percent = h('span', { class: 'amount-percent' });
  const count = h('span', { class: 'amount-count' });
  const rate = h('span', { class: 'amount-rate' });
  const bar = new Bar('');
  const head = h('div', { class: 'amount-head' }, name, count, rate, percent);
  return {
    element: h('div', { class: 'amount' }, head, bar.element),
    change(amount: Amount) {
      setText(name, words.page.state.word(amount.name));
      setText(percent, amount.percent);
      setText(count, amount.count);
      setText(rate, amount.rate);
      bar.element.setAttribute('aria-label', words.page.progress.share(amount.name));
      bar.update(amount.share, `${amount.percent}, ${amount.count}`);
    },
  };
}
