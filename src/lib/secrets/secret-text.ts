/** Secrets as users paste them. White space around a secret is a mistake; the server would only call it wrong. */

/** Also characters without width: they come from web pages and Windows files. */
const AROUND = /^[\s\u200b-\u200d\u2060]+|[\s\u200b-\u200d\u2060]+$/g;
/** The end of the last line of a file. */
const END_OF_LINE = /\r?\n$/;

/** Removes the characters around the secret. Calls `onStripped` if there were any and the secret is not empty. */
export function bareSecret(text: string, onStripped: () => void): string {
  const bare = text.replace(AROUND, '');
  if (bare !== text && bare !== '') onStripped();
  return bare;
}

/** The same for a file with only a secret: a newline at its end is normal. */
export function bareFile(text: string, onStripped: () => void): string {
  return bareSecret(text.replace(END_OF_LINE, ''), onStripped);
}
