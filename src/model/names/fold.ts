/**
 * Names that a disk may take for the same: by letters of either case, by the ways to compose a character, by characters
 * that show nothing. Disks differ in what they fold, and their tables are old or new; this folds what any of them does,
 * since two names that are taken for one without need only cost the second a name of its own.
 */

/** `names`: case and composition. `compatible`: also forms of the same character, such as ﬁ and fi, or Ａ and A. */
export type Folding = 'names' | 'compatible';

const ASCII = /^[\0-\x7f]*$/;

/** The same text for all names that a disk may take for one. */
export function foldName(name: string, folding: Folding): string {
  if (ASCII.test(name)) return name.toUpperCase();
  const composed = unmarked(name.normalize(folding === 'compatible' ? 'NFKD' : 'NFD'));
  // Twice, and upper case last: ẞ is ß and then SS, ς and σ are Σ, and the dotless ı is I.
  return unmarked(composed.toLowerCase().toUpperCase().normalize('NFD'));
}

/** Without what is not seen (Unicode's default ignorable code points), and without the dot that İ has and I has not. */
function unmarked(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}|(?<=[Ii])\u0307/gu, '');
}
