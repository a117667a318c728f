/** Did you mean: the known word that a wrong word is closest to. */

/** So many letters may be wrong, missing, too many, or in the place of their neighbour. */
const MAX_DISTANCE = 2;
/** A shorter beginning fits too many words. */
const MIN_PREFIX = 3;

/** Undefined where none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const text = word.toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const isBegun = text.length >= MIN_PREFIX && name.toLowerCase().startsWith(text);
    const distance = isBegun ? 0.5 : distanceOf(text, name.toLowerCase());
    // A word of three or four letters with two wrong ones is another word.
    const isOther = distance > 1 && distance * 2 >= Math.max(text.length, name.length);
    if (distance > MAX_DISTANCE || isOther) continue;
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best?.name;
}

/** Damerau and Levenshtein: how many letters to change, add, leave out, or exchange with their neighbour. */
function distanceOf(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MAX_DISTANCE) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      const isExchanged = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isExchanged) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length]!;
}
