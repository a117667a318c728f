/** Where a text stops being JSON. The error of JSON.parse has a position only sometimes, and quotes the text. */

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const PLAIN = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y;

/** The line and column, from 1, of the first character that cannot be there. For a text that JSON.parse refuses. */
export function jsonErrorPlace(text: string): { line: number; column: number; isAtEnd: boolean } {
  const scan = new Scan(text);
  const isWhole = scan.value() && scan.isAtEnd();
  const before = text.slice(0, isWhole ? text.length : scan.at).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1, isAtEnd: scan.isAtEnd() };
}

class Scan {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#take(SPACE);
    return this.at === this.#text.length;
  }

  /** Moves behind a value, or to the place where it is wrong. A stack instead of recursion: the depth has no limit. */
  value(): boolean {
    const open: string[] = [];
    for (;;) {
      this.#take(SPACE);
      const begun = this.#text[this.at];
      if (begun === '{' || begun === '[') {
        this.at++;
        open.push(begun);
        if (!this.#ends(begun)) {
          if (begun === '{' && !this.#key()) return false;
          continue;
        }
        open.pop();
      } else if (!this.#take(STRING) && !this.#take(PLAIN)) return false;
      for (;;) {
        const inside = open.at(-1);
        if (inside === undefined) return true;
        if (this.#ends(inside)) {
          open.pop();
          continue;
        }
        if (!this.#sign(',') || (inside === '{' && !this.#key())) return false;
        break;
      }
    }
  }

  #key(): boolean {
    this.#take(SPACE);
    return this.#take(STRING) && this.#sign(':');
  }

  #ends(begun: string): boolean {
    return this.#sign(begun === '{' ? '}' : ']');
  }

  #sign(sign: string): boolean {
    this.#take(SPACE);
    if (this.#text[this.at] !== sign) return false;
    this.at++;
    return true;
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.#text)) return false;
    this.at = pattern.lastIndex;
    return true;
  }
}
