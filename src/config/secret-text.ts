/** Secrets as they are pasted: white space around them is a slip, and a server only says that they are wrong. */

/** Also marks without width, which come along from pages and from files of Windows. */
const AROUND = /^[\s\u200b-\u200d\u2060]+|[\s\u200b-\u200d\u2060]+$/g;
/** What the last line of a file ends with. */
const END_OF_LINE = /\r?\n$/;

/** Without what stands around it; `where` names the place in the warning, which never shows the text. */
export function bareSecret(text: string, where: string, warnings: string[]): string {
  const bare = text.replace(AROUND, '');
  if (bare !== text && bare !== '') warnings.push(`${where}: white space around the value was left out`);
  return bare;
}

/** The same of a file that holds nothing else: a newline at its end is usual. */
export function bareFile(text: string, where: string, warnings: string[]): string {
  return bareSecret(text.replace(END_OF_LINE, ''), where, warnings);
}
