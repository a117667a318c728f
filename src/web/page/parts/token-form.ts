/** Asks for the token, where the link was opened without it. */
import type { Words } from '../words/words.js';
import { h } from './dom.js';

export function createTokenForm({ page: { state } }: Words, enter: (token: string) => void): HTMLElement {
  const input = h('input', { id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false' });
  const form = h('form', { class: 'token' }, h('label', { for: 'token' }, state.token), input);
  form.append(h('button', { type: 'submit' }, state.enter));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // The whole link does, too.
    const token = input.value.trim().replace(/^.*#token=/, '');
    if (token !== '') enter(token);
  });
  form.hidden = true;
  return form;
}
