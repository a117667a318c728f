/** JSON that can be shown: the same value, but no character in it can steer a terminal or turn text around. */

/** C1 controls and bidirectional marks, which JSON.stringify leaves as they are. */
const UNSHOWABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

export function safeJson(value: unknown): string {
  const json = JSON.stringify(value);
  return json.search(UNSHOWABLE) === -1 ? json : json.replace(UNSHOWABLE, escapeChar);
}

/** `\u009b`, as JSON has it. */
export function escapeChar(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
