/**
 * Finds names that a disk may treat as equal: by upper and lower case, by composed characters, by invisible characters.
 * Disks fold differently, and their tables are old or new. This code folds everything that any disk folds: a false
 * match costs only another name for the second file.
 */

/** `names`: case and composition. `compatible`: also forms of the same character, for example ﬁ and fi, or Ａ and A. */
export type Folding = 'names' | 'compatible';

const ASCII = /^[\0-\x7f]*$/;

/** The same text for all names that a disk may treat as equal. */
export function foldName(name: string, folding: Folding): string {
  if (ASCII.test(name)) return name.toUpperCase();
  const composed = unmarked(name.normalize(folding === 'compatible' ? 'NFKD' : 'NFD'));
  // Twice, and upper case last: ẞ is ß and then SS, ς and σ are Σ, and the dotless ı is I.
  return unmarked(composed.toLowerCase().toUpperCase().normalize('NFD'));
}

/** Removes invisible characters (Unicode's default ignorable code points), and the dot that makes İ differ from I. */
function unmarked(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}|(?<=[Ii])\u0307/gu, '');
}
