/** Keys in the order of their UTF-8 bytes: the order of every S3 listing, and not that of JavaScript's `<`. */

/** The first code unit of a surrogate pair, and the first one behind all of them. */
const SURROGATES = 0xd800;
const BEHIND_SURROGATES = 0xe000;

/**
 * Below 0: `one` comes first; 0: they are equal. UTF-16 sorts a character outside of the basic plane (a surrogate pair)
 * before U+E000 to U+FFFF, UTF-8 behind them.
 */
export function compareKeys(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const a = one.charCodeAt(index);
    const b = other.charCodeAt(index);
    if (a !== b) return rankOf(a) - rankOf(b);
  }
  return one.length - other.length;
}

/** A code unit by the place of its character in UTF-8. */
function rankOf(unit: number): number {
  if (unit < SURROGATES) return unit;
  return unit < BEHIND_SURROGATES ? unit + 0x2000 : unit - 0x800;
}
