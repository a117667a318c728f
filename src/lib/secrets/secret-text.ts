/** Secrets as users paste them. White space around a secret is a mistake; the server would only call it wrong. */

/** Also characters without width: they come from web pages and Windows files. */
const AROUND = /^[\s\u200b-\u200d\u2060]+|[\s\u200b-\u200d\u2060]+$/g;
/** The end of the last line of a file. */
const END_OF_LINE = /\r?\n$/;

/**
 * Removes the characters around the secret. `where` names the place in the warning. The warning never shows the text.
 */
export function bareSecret(text: string, where: string, warnings: string[]): string {
  const bare = text.replace(AROUND, '');
  if (bare !== text && bare !== '') warnings.push(`${where}: white space around the value was left out`);
  return bare;
}

/** The same for a file with only a secret: a newline at its end is normal. */
export function bareFile(text: string, where: string, warnings: string[]): string {
  return bareSecret(text.replace(END_OF_LINE, ''), where, warnings);
}
