/** Elements. Texts are only ever set as text: a key of an object may look like markup. */
import { visiblePieces } from '../words/visible.js';

type Child = Node | string;
type Attributes = Readonly<Record<string, string>>;

export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Changes nothing that is so already: a selection of the viewer stays. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

export function show(element: HTMLElement, isShown: boolean): void {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/** A text from outside. What is not visible stands in boxes, by its name; and it turns no text around it. */
export function outside(text: string, describe: (code: string) => string): HTMLElement {
  const element = h('bdi', { class: 'outside', dir: 'ltr' });
  for (const { text: piece, isHidden } of visiblePieces(text)) {
    element.append(isHidden ? h('span', { class: 'hidden-character', title: describe(piece) }, piece) : piece);
  }
  return element;
}

/** Sets such a text, if it is another one. */
export function setOutside(element: HTMLElement, text: string, describe: (code: string) => string): void {
  if (element.dataset.text === text) return;
  element.dataset.text = text;
  element.replaceChildren(outside(text, describe));
}

/** A list whose rows stay: each one is made once, and then only changed. */
export class Rows<Item, Row extends { readonly element: HTMLElement }> {
  readonly #list: HTMLElement;
  readonly #make: () => Row;
  readonly #change: (row: Row, item: Item) => void;
  readonly #rows: Row[] = [];

  constructor(list: HTMLElement, make: () => Row, change: (row: Row, item: Item) => void) {
    this.#list = list;
    this.#make = make;
    this.#change = change;
  }

  update(items: readonly Item[]): void {
    for (const row of this.#rows.splice(items.length)) row.element.remove();
    for (const [index, item] of items.entries()) {
      let row = this.#rows[index];
      if (row === undefined) {
        row = this.#make();
        this.#rows.push(row);
        this.#list.append(row.element);
      }
      this.#change(row, item);
    }
  }
}

/** A part of the page with a heading. */
export function section(name: string, title: string, ...children: Child[]): HTMLElement {
  const id = `title-${name}`;
  return h('section', { class: `part part-${name}`, 'aria-labelledby': id }, h('h2', { id }, title), ...children);
}

export interface Fact {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
}

/** A name and its value, in a list of them. */
export function fact(name: string): Fact {
  const value = h('dd');
  return { element: h('div', { class: 'fact' }, h('dt', {}, name), value), value };
}
