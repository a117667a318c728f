/** A part of the page. */
import type { Payload } from '../../payload.js';

export interface Part {
  readonly element: HTMLElement;
  update(picture: Payload): void;
}
