/** How far apart two names are, and a name between them: an estimate. A bad one only makes one part longer than the other. */

/** A double holds no more places of most alphabets. */
const PLACES = 6;

/** Names as fractions over the range of characters that were seen. */
export class Middle {
  #lowest = 0xffff;
  #highest = 0;

  constructor(names: readonly string[]) {
    for (const name of names)
      for (let index = 0; index < name.length; index++) {
        const unit = name.charCodeAt(index);
        if (unit < this.#lowest) this.#lowest = unit;
        if (unit > this.#highest) this.#highest = unit;
      }
  }

  /** How many times as far it is from `last` to `top` as from `first` to `last`. */
  timesLeft(first: string, last: string, top: string): number {
    const from = commonLength(first, top);
    const at = this.#fraction(last, from);
    return (this.#fraction(top, from) - at) / (at - this.#fraction(first, from));
  }

  /** A name above `low` and below `high`. Undefined where none is found. */
  between(low: string, high: string): string | undefined {
    const from = commonLength(low, high);
    const base = this.#base;
    let value = (this.#fraction(low, from) + this.#fraction(high, from)) / 2;
    let name = low.slice(0, from);
    for (let place = 0; place < PLACES && value > 0; place++) {
      const digit = Math.floor(value * base);
      value = value * base - digit;
      if (digit === 0) break;
      name += String.fromCharCode(this.#lowest + digit - 1);
    }
    return name > low && name < high && name.isWellFormed() ? name : undefined;
  }

  /** 0 stands for the end of a name. */
  get #base(): number {
    return this.#highest - this.#lowest + 2;
  }

  #fraction(name: string, from: number): number {
    let value = 0;
    for (let place = PLACES - 1; place >= 0; place--) {
      const unit = name.charCodeAt(from + place);
      value = (value + (Number.isNaN(unit) ? 0 : unit - this.#lowest + 1)) / this.#base;
    }
    return value;
  }
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}
