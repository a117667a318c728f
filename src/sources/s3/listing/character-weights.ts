/** How much of the keys each character has at one place of them, as cells that lie side by side from 0 to 1. */
import { compareKeys } from './byte-order.js';

/**
 * Of a character that was seen in keys, but not at this place: the more pages were seen, the less, so that in the end
 * hardly a boundary falls there.
 */
const LEAST_WEIGHT = 1 / 32;

export interface Cell {
  readonly character: string;
  readonly start: number;
  readonly width: number;
}

export class CharacterWeights {
  readonly #seen = new Set<string>();
  readonly #kinds = new Set<Kind>();
  #least = '';
  #greatest = '';
  /** Of these characters; made again when there are more of them, or more were seen here. */
  #cells: Cell[] = [];
  #byCharacter = new Map<string, Cell>();
  #madeOf: readonly string[] = [];
  #isStale = true;
  #pages = 0;
  #unseen = 1;

  /** `share`: of a page. */
  learn(character: string, share: number): void {
    this.#pages += share;
    if (this.#unseen > LEAST_WEIGHT && this.#pages * this.#unseen >= 2) {
      this.#unseen /= 2;
      this.#isStale = true;
    }
    if (this.#seen.has(character)) return;
    if (this.#seen.size === 0 || compareKeys(character, this.#least) < 0) this.#least = character;
    if (this.#seen.size === 0 || compareKeys(character, this.#greatest) > 0) this.#greatest = character;
    this.#seen.add(character);
    this.#kinds.add(kindOf(character));
    this.#isStale = true;
  }

  /** `all`: every character that is known, in order. One that is not among them has no width. */
  cellOf(character: string, all: readonly string[]): Cell {
    this.#make(all);
    const known = this.#byCharacter.get(character);
    if (known !== undefined) return known;
    const next = this.#cells.find((cell) => compareKeys(cell.character, character) > 0);
    return { character, start: next?.start ?? 1, width: 0 };
  }

  /** The cell around a place; undefined where no character is known. */
  cellAt(value: number, all: readonly string[]): Cell | undefined {
    this.#make(all);
    let low = 0;
    let high = this.#cells.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#cells[middle]!.start <= value) low = middle;
      else high = middle - 1;
    }
    return this.#cells[low];
  }

  #make(all: readonly string[]): void {
    if (!this.#isStale && this.#madeOf === all) return;
    this.#isStale = false;
    this.#madeOf = all;
    const weights = all.map((character) => this.#weightOf(character));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    let start = 0;
    this.#cells = all.map((character, index) => {
      const cell = { character, start, width: weights[index]! / sum };
      start += cell.width;
      return cell;
    });
    this.#byCharacter = new Map(this.#cells.map((cell) => [cell.character, cell]));
  }

  /** Where one digit stands, any may stand (a Chinese character, too); and so may a letter between two that were seen. */
  #weightOf(character: string): number {
    if (this.#seen.size === 0 || this.#seen.has(character)) return 1;
    const kind = kindOf(character);
    if (!this.#kinds.has(kind)) return this.#unseen;
    if (kind === 'digit' || kind === 'other') return 1;
    const isBetween = compareKeys(character, this.#least) > 0 && compareKeys(character, this.#greatest) < 0;
    return isBetween ? 1 : this.#unseen;
  }
}

type Kind = 'digit' | 'small' | 'capital' | 'sign' | 'other';

function kindOf(character: string): Kind {
  if (character >= '0' && character <= '9') return 'digit';
  if (character >= 'a' && character <= 'z') return 'small';
  if (character >= 'A' && character <= 'Z') return 'capital';
  return character < '\u0080' ? 'sign' : 'other';
}
