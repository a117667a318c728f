/** What is looked at, and in which language. */
import { LANGUAGES, type PageLanguage, type Words } from '../words/words.js';
import { h, setOutside } from './dom.js';
import type { Part } from './part.js';

export function createHeader(words: Words, mark: HTMLElement, choose: (language: PageLanguage) => void): Part {
  const command = h('span', { class: 'about-command' });
  const source = h('span', { class: 'about-source' });
  const to = h('span', { class: 'about-to' });
  const about = h('p', { class: 'about' }, command, ' ', source, ' ', to);
  const name = h('span', { class: 'name' }, 'Sluice');
  const legend = h('legend', { class: 'unseen' }, words.page.language);
  const languages = Object.entries(LANGUAGES).map(([language, own]) => {
    const input = h('input', { type: 'radio', name: 'language', value: language });
    input.checked = language === words.language;
    input.addEventListener('change', () => choose(language as PageLanguage));
    return h('label', { lang: language }, input, h('span', {}, own));
  });
  const choice = h('fieldset', { class: 'switch' }, legend, ...languages);
  const { hidden } = words.page.failures;
  return {
    element: h('header', { class: 'top' }, name, about, h('div', { class: 'top-end' }, mark, choice)),
    update(picture) {
      setOutside(command, picture.command, hidden);
      setOutside(source, picture.source, hidden);
      setOutside(to, picture.to.length === 0 ? '' : `→ ${picture.to.join(', ')}`, hidden);
    },
  };
}
