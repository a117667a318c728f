/** JSON that is safe to print: the same value, without characters that control a terminal or reverse text. */

/** C1 controls and bidirectional marks; JSON.stringify does not escape them. */
const UNSHOWABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function safeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.search(UNSHOWABLE) === -1 ? json : json.replace(UNSHOWABLE, escapeChar);
}

/** For example `\u009b`, as in JSON. */
export function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
