/** A bar: how much of a whole. */
import { h, setAttribute, show } from './dom.js';

export class Bar {
  readonly element: HTMLElement;
  readonly #fill = h('div', { class: 'bar-fill' });

  constructor(name: string) {
    this.element = h('div', { class: 'bar', role: 'progressbar', 'aria-label': name }, this.#fill);
    this.element.setAttribute('aria-valuemin', '0');
    this.element.setAttribute('aria-valuemax', '100');
  }

  /** `share`: 0 to 1, undefined = not known. `text`: the same for people. Rounded down: a full bar says that nothing is left. */
  update(share: number | undefined, text: string): void {
    show(this.element, share !== undefined);
    if (share === undefined) return;
    const percent = Math.floor(share * 1000) / 10;
    this.#fill.style.width = `${percent}%`;
    setAttribute(this.element, 'aria-valuenow', String(percent));
    setAttribute(this.element, 'aria-valuetext', text);
  }
}
